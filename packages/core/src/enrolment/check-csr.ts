import { createHash } from "node:crypto";

import type { KeyAlgorithm } from "@fieldseal/pki/algorithms";
import type { Identity } from "@fieldseal/pki/certificate/names";
import { decideNames } from "@fieldseal/pki/certificate/names";
import { type ParsedCsr, parseCsr } from "@fieldseal/pki/csr/parse";
import { decideRequestedExtensions } from "@fieldseal/pki/csr/requested";
import { verifyCsr } from "@fieldseal/pki/csr/verify";
import { PkiError } from "@fieldseal/pki/error";
import { sha256 } from "@fieldseal/pki/key-identifier";
import { assertKeyAllowed } from "@fieldseal/pki/key-policy";
import type { Profile } from "@fieldseal/pki/profile";

import { DomainError, type DomainErrorCode } from "../errors.ts";

export type CheckedCsr = {
  csr: ParsedCsr;
  keyAlgorithm: KeyAlgorithm;
  csrSha256: Uint8Array;
  spkiSha256: Uint8Array;
};

/** Faults of a request in the words of the package that found them. */
const codes: Partial<Record<PkiError["code"], DomainErrorCode>> = {
  "der-invalid": "csr-malformed",
  "csr-malformed": "csr-malformed",
  "name-invalid": "csr-malformed",
  "csr-signature-invalid": "csr-signature-invalid",
  "csr-algorithm-forbidden": "csr-algorithm-forbidden",
  "key-forbidden": "key-forbidden",
};

/** The package speaks in clauses; a device's log gets a sentence. */
function toSentence(detail: string): string {
  const text = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function toDomainError(error: unknown): unknown {
  if (!(error instanceof PkiError)) return error;
  const code = codes[error.code];
  return code ? new DomainError(code, toSentence(error.detail), { cause: error }) : error;
}

/**
 * Everything that a request must satisfy by itself, before a record is touched: strict DER, key policy, proof of
 * possession by its signature (RFC 2986 4.2). The cheap checks come first.
 */
export async function checkCsr(csrDer: Uint8Array, profile: Profile): Promise<CheckedCsr> {
  try {
    const csr = parseCsr(csrDer);
    const { algorithm } = await assertKeyAllowed(csr.spkiDer, { algorithms: profile.keyAlgorithms });
    verifyCsr(csr);
    return {
      csr,
      keyAlgorithm: algorithm,
      csrSha256: new Uint8Array(createHash("sha256").update(csrDer).digest()),
      spkiSha256: sha256(csr.spkiDer),
    };
  } catch (error) {
    throw toDomainError(error);
  }
}

/**
 * Compares what the request asks for with what the record gives. Names are never taken from the request; asking for
 * others is refused, so that nobody believes to have got them.
 */
export function checkRequestedContent(csr: ParsedCsr, profile: Profile, identity: Identity): void {
  const { subject, subjectAltNames } = decideNames(profile, identity);
  const ours = subject.find(({ type }) => type === "CN")?.value;
  const asked = csr.subject.filter(({ type }) => type === "CN").map(({ value }) => value);
  if (asked.length > 1) throw new DomainError("csr-names-differ", "The request names more than one common name.");
  if (asked[0] !== undefined && asked[0] !== ours && asked[0] !== identity.deviceId)
    throw new DomainError(
      "csr-names-differ",
      `The request asks for another name than the one registered. Make it with the subject /CN=${ours ?? identity.deviceId}.`,
    );
  const namesNothing = csr.subject.length === 0 && csr.requestedExtensions.length === 0;
  if (namesNothing)
    throw new DomainError(
      "csr-names-differ",
      `The request names nobody. Make it with the subject /CN=${ours ?? identity.deviceId}.`,
    );
  const decision = decideRequestedExtensions(csr, { profile, subjectAltNames });
  if (!decision.accepted) throw new DomainError("csr-extension-forbidden", toSentence(decision.detail));
}
