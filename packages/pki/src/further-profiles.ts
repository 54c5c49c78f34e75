import type { ProfileConfig } from "./profile.ts";

/** Profiles that an installation adds when it needs them (protocols.md 4). */
export const furtherProfiles: readonly ProfileConfig[] = [
  {
    slug: "ocsp-responder",
    title: "OCSP responder",
    purpose: "service",
    subject: ["commonName"],
    subjectAltNames: [],
    keyUsage: ["digitalSignature"],
    extKeyUsage: ["ocspSigning"],
    keyAlgorithms: ["ec-p256", "ec-p384", "rsa-2048", "rsa-3072", "rsa-4096"],
    validityDays: 7,
    renewalWindowDays: 2,
    gracePeriodDays: 1,
    requireNewKeyOnRenewal: true,
  },
];
