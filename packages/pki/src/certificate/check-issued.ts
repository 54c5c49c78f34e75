import { PkiError } from "../error.ts";
import { equalBytes, toHex } from "../hex.ts";
import { sha256 } from "../key-identifier.ts";
import { lintCertificate } from "../lint/index.ts";
import type { DistinguishedName } from "../name.ts";
import { oids } from "../oids.ts";
import { formatSerialNumber } from "../serial-number.ts";
import type { GeneralName } from "../subject-alt-name.ts";
import { parseCertificate } from "./parse.ts";
import type { ParsedCertificate } from "./parse.ts";
import { readBack } from "./read-back.ts";
import type { ReadBack } from "./read-back.ts";
import { verifyIssuedBy } from "./verify.ts";

/**
 * Looks at a certificate after signing and before anyone gets it: it holds exactly the recorded bytes, is signed by
 * this issuer, has no lint error, and an independent reader sees the same. A root is its own issuer.
 * @throws PkiError `certificate-malformed`, `certificate-differs`, `certificate-issuer-mismatch`,
 *   `certificate-signature-invalid`, `lint-failed`
 */
export async function checkIssued(input: {
  der: Uint8Array;
  tbsDer: Uint8Array;
  issuerCertificateDer: Uint8Array;
}): Promise<void> {
  const certificate = parseCertificate(input.der);
  if (!equalBytes(certificate.tbsDer, input.tbsDer))
    throw new PkiError("certificate-differs", "the signed content is not the recorded content");
  const issuer = parseCertificate(input.issuerCertificateDer);
  verifyIssuedBy(certificate, issuer);
  const errors = lintCertificate(input.der, { issuer }).filter((finding) => finding.severity === "error");
  if (errors.length > 0)
    throw new PkiError("lint-failed", errors.map(({ rule, message }) => `${rule}: ${message}`).join("; "));
  const difference = findDifference(certificate, await readBack(input.der));
  if (difference !== null)
    throw new PkiError("certificate-differs", `an independent reader sees another ${difference}`);
}

/** The first field on which the two readers do not agree, or null. */
export function findDifference(ours: ParsedCertificate, theirs: ReadBack): string | null {
  const fields: Record<string, [string, string]> = {
    "serial number": [formatSerialNumber(ours.serialNumber), theirs.serialNumberHex],
    notBefore: [ours.notBefore.toISOString(), theirs.notBefore.toISOString()],
    notAfter: [ours.notAfter.toISOString(), theirs.notAfter.toISOString()],
    subject: [describeName(ours.subject), theirs.subject],
    issuer: [describeName(ours.issuer), theirs.issuer],
    "public key": [toHex(sha256(ours.spkiDer)), theirs.spkiSha256Hex],
    basicConstraints: [String(ours.basicConstraints?.ca ?? false), String(theirs.isAuthority)],
    "alternative name": [describeGeneralNames(ours.subjectAltNames), theirs.subjectAltNames.join()],
    extKeyUsage: [ours.extKeyUsage.map(toOid).join(), theirs.extKeyUsage.join()],
    "set of extensions": [ours.extensions.map(({ oid }) => oid).join(), theirs.extensionOids.join()],
  };
  return Object.entries(fields).find(([, [a, b]]) => a !== b)?.[0] ?? null;
}

/** In the form of `ReadBack.subject`; the library knows C, CN, L, O, OU and ST by name. */
function describeName(name: DistinguishedName): string {
  return name.map(({ type, value }) => `${type === "serialNumber" ? oids.serialNumber : type}=${value}`).join(", ");
}

/** Without hardwareModule, which the other reader passes over. */
function describeGeneralNames(names: readonly GeneralName[]): string {
  return names
    .filter(({ type }) => type !== "hardwareModule")
    .map(({ type, value }) => `${type === "uri" ? "url" : type}:${value}`)
    .join();
}

function toOid(usage: string): string {
  switch (usage) {
    case "clientAuth":
    case "serverAuth":
    case "cmcRA":
    case "ocspSigning":
      return oids[usage];
    default:
      return usage;
  }
}
