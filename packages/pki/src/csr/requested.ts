import { parseBasicConstraints } from "../certificate/extensions.ts";
import { checkStrictDer } from "../der/gate.ts";
import { PkiError } from "../error.ts";
import { parseExtKeyUsage } from "../ext-key-usage.ts";
import { assertNoDuplicates } from "../extension.ts";
import { parseKeyUsage } from "../key-usage.ts";
import { oids } from "../oids.ts";
import type { Profile } from "../profile.ts";
import { comparableGeneralName, formatGeneralName, parseSubjectAltNames } from "../subject-alt-name.ts";
import type { GeneralName } from "../subject-alt-name.ts";
import type { ParsedCsr, RequestedExtension } from "./parse.ts";

type Allowed = { profile: Profile; subjectAltNames: readonly GeneralName[] };

/**
 * Nothing that a CSR asks for is ever copied into a certificate; this only tells a device that asks for more than it
 * will get. Refused: CA:TRUE, usages beyond the profile, names that are not ours (compared as sets; asking for fewer is
 * fine), unknown critical extensions, duplicates and malformed values. Unknown extensions that are not critical are
 * ignored.
 */
export function decideRequestedExtensions(
  csr: ParsedCsr,
  allowed: Allowed,
): { accepted: true } | { accepted: false; detail: string } {
  try {
    assertNoDuplicates(csr.requestedExtensions);
    for (const extension of csr.requestedExtensions) {
      const fault = findFault(extension, allowed);
      if (fault !== null) return { accepted: false, detail: fault };
    }
    return { accepted: true };
  } catch (cause) {
    if (!(cause instanceof PkiError)) throw cause;
    return { accepted: false, detail: `a requested extension is malformed: ${cause.detail}` };
  }
}

function findFault({ oid, critical, valueDer }: RequestedExtension, allowed: Allowed): string | null {
  switch (oid) {
    case oids.basicConstraints:
      checkStrictDer(valueDer);
      return parseBasicConstraints(valueDer).ca ? "the request asks to become a certification authority" : null;
    case oids.keyUsage:
      checkStrictDer(valueDer);
      return findExcess("keyUsage", parseKeyUsage(valueDer), allowed.profile.keyUsage);
    case oids.extKeyUsage:
      checkStrictDer(valueDer);
      return findExcess("extKeyUsage", parseExtKeyUsage(valueDer), allowed.profile.extKeyUsage);
    case oids.subjectAltName:
      checkStrictDer(valueDer);
      return findForeignName(parseSubjectAltNames(valueDer), allowed.subjectAltNames);
    case oids.subjectKeyIdentifier:
      return null; // we compute our own
    default:
      return critical ? `the request has the unknown critical extension ${oid}` : null;
  }
}

function findExcess(field: string, requested: readonly string[], allowed: readonly string[]): string | null {
  const excess = requested.filter((usage) => !allowed.includes(usage));
  return excess.length === 0
    ? null
    : `the request asks for ${field} ${excess.join(", ")}, which the profile does not give`;
}

function findForeignName(requested: readonly GeneralName[], ours: readonly GeneralName[]): string | null {
  const comparable = new Set(ours.map(comparableGeneralName));
  const foreign = requested.find((name) => !comparable.has(comparableGeneralName(name)));
  return foreign === undefined
    ? null
    : `the request asks for the name ${formatGeneralName(foreign)}, which is not recorded for this device`;
}
