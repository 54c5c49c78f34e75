import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
} from "@peculiar/x509";

import { asFault, PkiError } from "../error.ts";
import { toHex } from "../hex.ts";
import { sha256 } from "../key-identifier.ts";
import { parseSerialNumber } from "../serial-number.ts";

/** A certificate as another implementation sees it. */
export type ReadBack = {
  serialNumberHex: string;
  notBefore: Date;
  notAfter: Date;
  /** `TYPE=value` of each attribute in the order of the encoding, values not escaped */
  subject: string;
  issuer: string;
  spkiSha256Hex: string;
  isAuthority: boolean;
  /** "dns:…", "ip:…", "url:…" in order */
  subjectAltNames: string[];
  /** dotted OIDs */
  extKeyUsage: string[];
  extensionOids: string[];
};

/**
 * Reads a certificate with @peculiar/x509, which shares no code with our own reader: one slip in both is unlikely. Only
 * for checks after signing, never on the hot path.
 * @throws PkiError `certificate-malformed`
 */
export function readBack(der: Uint8Array): Promise<ReadBack> {
  return Promise.resolve().then(() => read(der));
}

function read(der: Uint8Array): ReadBack {
  const certificate = parse(der);
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.toJSON() ?? [];
  return {
    serialNumberHex: asFault("certificate-malformed", () => toHex(parseSerialNumber(certificate.serialNumber))),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    subject: describeName(certificate.subjectName.toJSON()),
    issuer: describeName(certificate.issuerName.toJSON()),
    spkiSha256Hex: toHex(sha256(new Uint8Array(certificate.publicKey.rawData))),
    isAuthority: certificate.getExtension(BasicConstraintsExtension)?.ca ?? false,
    subjectAltNames: names.map(({ type, value }) => `${type}:${value}`),
    extKeyUsage: Array.from(certificate.getExtension(ExtendedKeyUsageExtension)?.usages ?? [], String),
    extensionOids: Array.from(certificate.extensions, (extension) => extension.type),
  };
}

function parse(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(new Uint8Array(der));
  } catch (cause) {
    throw new PkiError("certificate-malformed", "the second reader cannot read the certificate", { cause });
  }
}

function describeName(name: readonly Readonly<Record<string, readonly string[]>>[]): string {
  return name
    .flatMap((rdn) => Object.entries(rdn).flatMap(([type, values]) => values.map((value) => `${type}=${value}`)))
    .join(", ");
}
