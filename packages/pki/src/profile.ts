import { isRsa, keyAlgorithms } from "./algorithms.ts";
import type { AnyKeyAlgorithm, KeyAlgorithm } from "./algorithms.ts";
import { PkiError } from "./error.ts";
import { extKeyUsages } from "./ext-key-usage.ts";
import type { ExtKeyUsage } from "./ext-key-usage.ts";
import { keyUsages } from "./key-usage.ts";
import type { KeyUsage } from "./key-usage.ts";
import { hasUnsafeCharacter } from "./text.ts";

export type { ExtKeyUsage } from "./ext-key-usage.ts";
export type { KeyUsage } from "./key-usage.ts";

const purposes = ["device", "service", "authority"] as const;
const subjectFields = ["commonName", "organization", "hardwareSerial", "verificationCode"] as const;
const subjectAltNameFields = [
  "deviceId",
  "dnsNames",
  "ipAddresses",
  "applicationUri",
  "hardwareModule",
  "verificationCode",
] as const;

/** What an administrator writes down: what certificates of this kind look like and how they are renewed. */
export type ProfileConfig = {
  slug: string;
  title: string;
  purpose: (typeof purposes)[number];
  subject: (typeof subjectFields)[number][];
  subjectAltNames: (typeof subjectAltNameFields)[number][];
  keyUsage: KeyUsage[];
  extKeyUsage: ExtKeyUsage[];
  keyAlgorithms: KeyAlgorithm[];
  validityDays: number;
  /** Null means a third of the lifetime. */
  renewalWindowDays: number | null;
  /** How long the old certificate stays good after its successor was issued. */
  gracePeriodDays: number;
  requireNewKeyOnRenewal: boolean;
  /** True for IDevIDs: notAfter is 99991231235959Z (IEEE 802.1AR, RFC 5280 4.1.2.5) whatever validityDays says. */
  hasNoExpiry?: boolean;
};

declare const brand: unique symbol;
/** A checked `ProfileConfig`; only `createProfile` makes one. */
export type Profile = Readonly<ProfileConfig> & { readonly [brand]: "Profile" };

type Unchecked = Readonly<Record<keyof ProfileConfig, unknown>>;

/**
 * Checks everything and freezes a copy.
 * @throws PkiError `profile-invalid` whose detail lists all faults
 */
export function createProfile(config: unknown): Profile {
  if (typeof config !== "object" || config === null) throw new PkiError("profile-invalid", "a profile is an object");
  const input = config as Partial<Unchecked>;
  const faults = [...findUnknownFields(input), ...findFieldFaults(input)];
  if (faults.length === 0) faults.push(...findContradictions(input as ProfileConfig));
  if (faults.length > 0) throw new PkiError("profile-invalid", faults.join("; "));
  const checked = input as ProfileConfig;
  return Object.freeze({
    ...checked,
    subject: Object.freeze([...checked.subject]),
    subjectAltNames: Object.freeze([...checked.subjectAltNames]),
    keyUsage: Object.freeze([...checked.keyUsage]),
    extKeyUsage: Object.freeze([...checked.extKeyUsage]),
    keyAlgorithms: Object.freeze([...checked.keyAlgorithms]),
  }) as unknown as Profile;
}

const fieldNames: readonly string[] = [
  "slug",
  "title",
  "purpose",
  "subject",
  "subjectAltNames",
  "keyUsage",
  "extKeyUsage",
  "keyAlgorithms",
  "validityDays",
  "renewalWindowDays",
  "gracePeriodDays",
  "requireNewKeyOnRenewal",
  "hasNoExpiry",
] satisfies (keyof ProfileConfig)[];

function findUnknownFields(input: object): string[] {
  return Object.keys(input)
    .filter((name) => !fieldNames.includes(name))
    .map((name) => `${name.slice(0, 40)} is not a field of a profile`);
}

function findFieldFaults(input: Partial<Unchecked>): string[] {
  const { slug, title, renewalWindowDays } = input;
  const faults: (string | null)[] = [
    typeof slug === "string" && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(slug) && slug.length <= 40
      ? null
      : "slug must be lowercase letters, digits and single hyphens, at most 40",
    typeof title === "string" && title.trim() !== "" && title.length <= 80 && !hasUnsafeCharacter(title)
      ? null
      : "title must be a text of 1 to 80 characters",
    isOneOf(input.purpose, purposes) ? null : `purpose must be one of ${purposes.join(", ")}`,
    findListFault(input.subject, "subject", subjectFields),
    findListFault(input.subjectAltNames, "subjectAltNames", subjectAltNameFields),
    findListFault(input.keyUsage, "keyUsage", keyUsages),
    findListFault(input.extKeyUsage, "extKeyUsage", extKeyUsages),
    findListFault(input.keyAlgorithms, "keyAlgorithms", keyAlgorithms),
    findNumberFault(input.validityDays, "validityDays", 1, 36_500),
    renewalWindowDays === null ? null : findNumberFault(renewalWindowDays, "renewalWindowDays", 1, 36_500),
    findNumberFault(input.gracePeriodDays, "gracePeriodDays", 0, 365),
    typeof input.requireNewKeyOnRenewal === "boolean" ? null : "requireNewKeyOnRenewal must be true or false",
    typeof (input.hasNoExpiry ?? false) === "boolean" ? null : "hasNoExpiry must be true or false",
  ];
  return faults.filter((fault) => fault !== null);
}

function isOneOf(value: unknown, allowed: readonly string[]): boolean {
  return allowed.some((member) => member === value);
}

function findListFault(value: unknown, field: string, allowed: readonly string[]): string | null {
  if (!Array.isArray(value)) return `${field} must be a list`;
  if (!value.every((member) => isOneOf(member, allowed))) return `${field} may hold only ${allowed.join(", ")}`;
  return new Set(value).size === value.length ? null : `${field} holds something twice`;
}

function findNumberFault(value: unknown, field: string, minimum: number, maximum: number): string | null {
  const isGood = typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum;
  return isGood ? null : `${field} must be a whole number from ${minimum} to ${maximum}`;
}

/** Rules between fields; runs only when each field alone is good. */
function findContradictions(config: ProfileConfig): string[] {
  const faults: string[] = [];
  const isAuthority = config.purpose === "authority";
  const hasCaUsage = config.keyUsage.includes("keyCertSign") || config.keyUsage.includes("cRLSign");
  if (config.keyAlgorithms.length === 0) faults.push("keyAlgorithms is empty");
  if (config.subject.length === 0) faults.push("subject is empty");
  if (!isAuthority && hasCaUsage) faults.push("only an authority may have keyCertSign or cRLSign");
  if (isAuthority && !config.keyUsage.includes("keyCertSign")) faults.push("an authority needs keyCertSign");
  if (!isAuthority && !isOcspDelegate(config) && config.subjectAltNames.length === 0)
    faults.push("subjectAltNames is empty");
  if (!isAuthority && config.extKeyUsage.length === 0) faults.push("extKeyUsage is empty");
  if (config.keyUsage.includes("encipherOnly") || config.keyUsage.includes("decipherOnly"))
    faults.push("encipherOnly and decipherOnly are not issued");
  if (config.keyAlgorithms.some((algorithm) => usagesOf(config.keyUsage, algorithm).length === 0))
    faults.push("keyUsage leaves nothing for a key algorithm that cannot encipher");
  if (config.renewalWindowDays !== null && config.renewalWindowDays >= config.validityDays)
    faults.push("renewalWindowDays must be shorter than validityDays");
  if (config.subject.includes("verificationCode") && config.validityDays > 1)
    faults.push("a certificate that proves a verification code lives one day at most");
  if (config.subject.includes("verificationCode") && config.subject.includes("commonName"))
    faults.push("verificationCode takes the place of commonName");
  if (config.purpose === "service" && config.subjectAltNames.some((field) => field === "deviceId"))
    faults.push("a service has no device id");
  return faults;
}

/**
 * A delegated OCSP responder (RFC 6960 4.2.2.2): the one end entity without alternative names and addresses, because
 * nobody connects to it and nobody asks for its state (protocols.md 4).
 */
export function isOcspDelegate(profile: { readonly extKeyUsage: readonly string[] }): boolean {
  return profile.extKeyUsage.length === 1 && profile.extKeyUsage[0] === "ocspSigning";
}

function usagesOf(usages: readonly KeyUsage[], keyAlgorithm: AnyKeyAlgorithm): KeyUsage[] {
  if (isRsa(keyAlgorithm)) return [...usages];
  const dropped: KeyUsage[] = ["keyEncipherment", "dataEncipherment"];
  if (usages.includes("dataEncipherment")) dropped.push("nonRepudiation");
  return usages.filter((usage) => !dropped.includes(usage));
}

/**
 * The profile's key usages without the encipherment bits for keys that cannot encipher (RFC 5480 3, RFC 8410 5).
 * nonRepudiation goes with dataEncipherment: the four together are what OPC UA asks of RSA keys, and of EC keys only
 * digitalSignature (OPC 10000-6 6.2.2). In any other profile it stays.
 */
export function keyUsageFor(profile: Profile, keyAlgorithm: AnyKeyAlgorithm): KeyUsage[] {
  return usagesOf(profile.keyUsage, keyAlgorithm);
}

const ordinaryLife = {
  validityDays: 365,
  renewalWindowDays: null,
  gracePeriodDays: 7,
  requireNewKeyOnRenewal: true,
} as const;

/** What a new installation starts with (protocols.md 4). */
export const defaultProfiles: readonly ProfileConfig[] = [
  {
    slug: "device",
    title: "Device (MQTT client)",
    purpose: "device",
    subject: ["commonName"],
    subjectAltNames: ["deviceId"],
    keyUsage: ["digitalSignature"],
    extKeyUsage: ["clientAuth"],
    keyAlgorithms: ["ec-p256", "ec-p384", "rsa-2048", "rsa-3072", "rsa-4096"],
    ...ordinaryLife,
  },
  {
    slug: "broker",
    title: "Broker (TLS server)",
    purpose: "device",
    subject: ["commonName"],
    subjectAltNames: ["dnsNames", "ipAddresses"],
    keyUsage: ["digitalSignature", "keyEncipherment"],
    extKeyUsage: ["serverAuth"],
    keyAlgorithms: ["ec-p256", "ec-p384", "rsa-2048", "rsa-3072", "rsa-4096"],
    ...ordinaryLife,
  },
  {
    slug: "opc-ua",
    title: "OPC UA application",
    purpose: "device",
    subject: ["commonName", "organization"],
    subjectAltNames: ["applicationUri", "dnsNames", "ipAddresses"],
    keyUsage: ["digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"],
    extKeyUsage: ["clientAuth", "serverAuth"],
    keyAlgorithms: ["rsa-2048", "rsa-3072", "rsa-4096", "ec-p256", "ec-p384"],
    ...ordinaryLife,
  },
  {
    slug: "est-server",
    title: "EST server",
    purpose: "service",
    subject: ["commonName"],
    subjectAltNames: ["dnsNames", "ipAddresses"],
    keyUsage: ["digitalSignature", "keyEncipherment"],
    extKeyUsage: ["serverAuth", "cmcRA"],
    keyAlgorithms: ["ec-p256", "ec-p384", "rsa-2048", "rsa-3072", "rsa-4096"],
    ...ordinaryLife,
  },
];
