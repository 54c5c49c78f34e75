import type { Profile } from "../profile.ts";

/** Addresses printed into certificates: fixed for the life of everything that carries them. Plain HTTP, RFC 5280 8. */
export function crlUrlOf(publicUrl: string, authorityId: string): string {
  return `${publicUrl}/crl/${authorityId}.crl`;
}

export function caIssuersUrlOf(publicUrl: string, authorityId: string): string {
  return `${publicUrl}/ca/${authorityId}.cer`;
}

export function ocspUrlOf(publicUrl: string): string {
  return `${publicUrl}/ocsp`;
}

export type Pointers = { crlUrl: string | null; caIssuersUrl: string | null; ocspUrl: string | null };

/**
 * Where relying parties find the status and the issuer of a certificate. An OCSP delegate has none: it lives for days
 * and carries id-pkix-ocsp-nocheck instead (RFC 6960 4.2.2.2.1).
 */
export function pointersOf(profile: Pick<Profile, "extKeyUsage">, publicUrl: string, authorityId: string): Pointers {
  if (profile.extKeyUsage.includes("ocspSigning")) return { crlUrl: null, caIssuersUrl: null, ocspUrl: null };
  return {
    crlUrl: crlUrlOf(publicUrl, authorityId),
    caIssuersUrl: caIssuersUrlOf(publicUrl, authorityId),
    ocspUrl: ocspUrlOf(publicUrl),
  };
}
