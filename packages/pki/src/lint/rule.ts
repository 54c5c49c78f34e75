import type { BasicConstraints } from "../certificate/extensions.ts";
import { parseBasicConstraints } from "../certificate/extensions.ts";
import type { CertificateFields } from "../certificate/fields.ts";
import type { ParsedCertificate } from "../certificate/parse.ts";
import type { CrlFields } from "../crl/fields.ts";
import { parseExtKeyUsage } from "../ext-key-usage.ts";
import { findExtension } from "../extension.ts";
import type { OcspFields } from "../ocsp/fields.ts";
import { oids } from "../oids.ts";
import { isOcspDelegate } from "../profile.ts";

export type LintSeverity = "error" | "warning";
export type LintFinding = { rule: string; severity: LintSeverity; message: string; clause: string };
export type LintContext = { issuer?: ParsedCertificate };

/** One rule: `check` returns what is wrong, or null. A PkiError from `check` is a finding too. */
export type CertificateRule = {
  rule: string;
  severity: LintSeverity;
  clause: string;
  check(certificate: CertificateFields, context: LintContext): string | null;
};

export type CrlRule = { rule: string; severity: LintSeverity; clause: string; check(crl: CrlFields): string | null };

export type OcspRule = {
  rule: string;
  severity: LintSeverity;
  clause: string;
  check(response: OcspFields, context: LintContext): string | null;
};

/** OCSPSigning and nothing else, with the promise that nobody asks for its state (RFC 6960 4.2.2.2, 4.2.2.2.1). */
export function isOcspDelegateCertificate({ extensions }: CertificateFields): boolean {
  const extension = findExtension(extensions, oids.extKeyUsage);
  const usages = extension === null ? [] : parseExtKeyUsage(extension.valueDer);
  return isOcspDelegate({ extKeyUsage: usages }) && findExtension(extensions, oids.ocspNoCheck) !== null;
}

/** basicConstraints as they are, or CA:FALSE when absent (RFC 5280 4.2.1.9). */
export function readConstraints(certificate: CertificateFields): BasicConstraints {
  const extension = findExtension(certificate.extensions, oids.basicConstraints);
  return extension === null ? { ca: false, pathLen: null } : parseBasicConstraints(extension.valueDer);
}
