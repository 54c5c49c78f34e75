import { readCertificateFields } from "../certificate/fields.ts";
import type { CertificateFields } from "../certificate/fields.ts";
import { readCrlFields } from "../crl/fields.ts";
import type { CrlFields } from "../crl/fields.ts";
import { PkiError } from "../error.ts";
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
  crlReasonRule,
} from "./rfc5280/crl-entries.ts";
import { crlAuthorityKeyIdentifierRule, crlNumberRule } from "./rfc5280/crl-extensions.ts";
import { crlNextUpdateRule } from "./rfc5280/crl-next-update.ts";
import { crlDuplicateExtensionsRule, duplicateExtensionsRule } from "./rfc5280/duplicate-extensions.ts";
import { keyIdentifiersRule } from "./rfc5280/key-identifiers.ts";
import { serialNumberRule } from "./rfc5280/serial-number.ts";
import { crlSignatureAlgorithmRule, signatureAlgorithmRule } from "./rfc5280/signature-algorithm.ts";
import { crlTimeEncodingRule, timeEncodingRule } from "./rfc5280/time-encoding.ts";
import { validityOrderRule } from "./rfc5280/validity-order.ts";
import { crlVersionRule, versionRule } from "./rfc5280/version.ts";
import type { CertificateRule, CrlRule, LintContext, LintFinding, LintSeverity } from "./rule.ts";

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
