import { readCertificateFields } from "../certificate/fields.ts";
import type { CertificateFields } from "../certificate/fields.ts";
import { readCrlFields } from "../crl/fields.ts";
import type { CrlFields } from "../crl/fields.ts";
import { PkiError } from "../error.ts";
import { readBasicFields, readOcspEnvelope } from "../ocsp/fields.ts";
import type { OcspFields } from "../ocsp/fields.ts";
import { extKeyUsageRule } from "./local/ext-key-usage.ts";
import { hiddenCharactersRule } from "./local/hidden-characters.ts";
import { httpPointersRule } from "./local/http-pointers.ts";
import { serialEntropyRule } from "./local/serial-entropy.ts";
import { strongSignatureRule } from "./local/strong-signature.ts";
import { subjectAltNameRule } from "./local/subject-alt-name.ts";
import { validityNestedRule } from "./local/validity-nested.ts";
import { basicConstraintsRule } from "./rfc5280/basic-constraints.ts";
import { commonNameLengthRule } from "./rfc5280/common-name-length.ts";
import { criticalFlagsRule } from "./rfc5280/critical-flags.ts";
import {
  crlEmptyEntryExtensionsRule,
  crlEmptyListRule,
  crlEntrySerialRule,
  crlInvalidityDateRule,
  crlReasonRule,
} from "./rfc5280/crl-entries.ts";
import { crlAuthorityKeyIdentifierRule, crlNumberRule } from "./rfc5280/crl-extensions.ts";
import { crlNextUpdateRule } from "./rfc5280/crl-next-update.ts";
import { crlCriticalRule, crlDeltaRule, crlDistributionPointRule, crlFreshestRule } from "./rfc5280/crl-scope.ts";
import { crlDuplicateExtensionsRule, duplicateExtensionsRule } from "./rfc5280/duplicate-extensions.ts";
import { keyIdentifiersRule } from "./rfc5280/key-identifiers.ts";
import { serialNumberRule } from "./rfc5280/serial-number.ts";
import { crlSignatureAlgorithmRule, signatureAlgorithmRule } from "./rfc5280/signature-algorithm.ts";
import { crlTimeEncodingRule, timeEncodingRule } from "./rfc5280/time-encoding.ts";
import { validityOrderRule } from "./rfc5280/validity-order.ts";
import { crlVersionRule, versionRule } from "./rfc5280/version.ts";
import { ocspDelegateRule } from "./rfc6960/ocsp-delegate.ts";
import { ocspContradictionRule, ocspEntriesRule, ocspReasonRule } from "./rfc6960/ocsp-entries.ts";
import { ocspExtensionsRule, ocspNonceRule } from "./rfc6960/ocsp-extensions.ts";
import { ocspNoCheckRule } from "./rfc6960/ocsp-no-check.ts";
import { ocspResponderIdRule } from "./rfc6960/ocsp-responder-id.ts";
import { ocspSignatureRule } from "./rfc6960/ocsp-signature.ts";
import { ocspTimesRule } from "./rfc6960/ocsp-times.ts";
import type { CertificateRule, CrlRule, LintContext, LintFinding, LintSeverity, OcspRule } from "./rule.ts";

export type { LintContext, LintFinding, LintSeverity } from "./rule.ts";

export const certificateRules: readonly CertificateRule[] = [
  versionRule,
  serialNumberRule,
  serialEntropyRule,
  signatureAlgorithmRule,
  strongSignatureRule,
  validityOrderRule,
  validityNestedRule,
  timeEncodingRule,
  commonNameLengthRule,
  hiddenCharactersRule,
  duplicateExtensionsRule,
  criticalFlagsRule,
  basicConstraintsRule,
  keyIdentifiersRule,
  subjectAltNameRule,
  extKeyUsageRule,
  httpPointersRule,
  ocspNoCheckRule,
];

export const crlRules: readonly CrlRule[] = [
  crlVersionRule,
  crlSignatureAlgorithmRule,
  crlTimeEncodingRule,
  crlNextUpdateRule,
  crlNumberRule,
  crlAuthorityKeyIdentifierRule,
  crlDuplicateExtensionsRule,
  crlEmptyListRule,
  crlEntrySerialRule,
  crlEmptyEntryExtensionsRule,
  crlReasonRule,
  crlInvalidityDateRule,
  crlDistributionPointRule,
  crlDeltaRule,
  crlFreshestRule,
  crlCriticalRule,
];

export const ocspRules: readonly OcspRule[] = [
  ocspSignatureRule,
  ocspDelegateRule,
  ocspResponderIdRule,
  ocspTimesRule,
  ocspEntriesRule,
  ocspContradictionRule,
  ocspReasonRule,
  ocspExtensionsRule,
  ocspNonceRule,
];

/** Everything that is wrong with a certificate of ours; empty when clean. Never throws for bad bytes. */
export function lintCertificate(der: Uint8Array, context: LintContext = {}): LintFinding[] {
  return runRules<CertificateFields>(
    certificateRules.map((rule) => ({ ...rule, run: (fields) => rule.check(fields, context) })),
    () => readCertificateFields(der),
    "RFC 5280 4.1",
  );
}

/** Everything that is wrong with a CRL of ours; empty when clean. Never throws for bad bytes. */
export function lintCrl(der: Uint8Array): LintFinding[] {
  return runRules<CrlFields>(
    crlRules.map((rule) => ({ ...rule, run: (fields) => rule.check(fields) })),
    () => readCrlFields(der),
    "RFC 5280 5.1",
  );
}

/** Everything that is wrong with a successful OCSP response of ours; empty when clean. Never throws for bad bytes. */
export function lintOcspResponse(der: Uint8Array, context: LintContext = {}): LintFinding[] {
  return runRules<OcspFields>(
    ocspRules.map((rule) => ({ ...rule, run: (fields) => rule.check(fields, context) })),
    () => readSuccessful(der),
    "RFC 6960 4.2.1",
  );
}

function readSuccessful(der: Uint8Array): OcspFields {
  const { code, basicDer } = readOcspEnvelope(der);
  if (code !== 0 || basicDer === null) throw new PkiError("der-invalid", "the response is not a successful one");
  return readBasicFields(basicDer);
}

type Runnable<F> = { rule: string; severity: LintSeverity; clause: string; run(fields: F): string | null };

function runRules<F>(rules: readonly Runnable<F>[], read: () => F, clause: string): LintFinding[] {
  let fields: F;
  try {
    fields = read();
  } catch (cause) {
    return [{ rule: "readable", severity: "error", message: describe(cause), clause }];
  }
  return rules.flatMap((rule) => {
    const message = runRule(rule, fields);
    return message === null ? [] : [{ rule: rule.rule, severity: rule.severity, message, clause: rule.clause }];
  });
}

/** A rule that cannot read what it judges has found a fault. */
function runRule<F>(rule: Runnable<F>, fields: F): string | null {
  try {
    return rule.run(fields);
  } catch (cause) {
    return describe(cause);
  }
}

function describe(cause: unknown): string {
  if (cause instanceof PkiError) return cause.detail;
  throw cause;
}
