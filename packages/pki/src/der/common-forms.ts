import { PkiError } from "../error.ts";
import { assertAtEnd, isAtEnd, openElement, readObjectIdentifier, take, takeAny } from "./read.ts";
import type { Element } from "./read.ts";
import { tags } from "./tag.ts";

/** AlgorithmIdentifier: an OID and at most one element of parameters (RFC 5280 4.1.1.2). @throws PkiError `der-invalid` */
export function assertAlgorithmForm(algorithm: Element, what: string): void {
  const fields = openElement(algorithm);
  readObjectIdentifier(take(fields, tags.objectIdentifier, what), what);
  if (!isAtEnd(fields)) takeAny(fields, what);
  assertAtEnd(fields, what);
}

/**
 * SubjectPublicKeyInfo: an AlgorithmIdentifier and a BIT STRING (RFC 5280 4.1.2.7), of whatever kind of key. OpenSSL
 * takes no certificate apart whose key has not even this form, and so we do not either.
 * @throws PkiError `der-invalid`
 */
export function assertPublicKeyForm(spki: Element): void {
  const fields = openElement(spki);
  assertAlgorithmForm(take(fields, tags.sequence, "the key algorithm"), "the key algorithm");
  const key = take(fields, tags.bitString, "the key");
  assertAtEnd(fields, "the public key");
  if (key.end === key.contentStart) throw new PkiError("der-invalid", "the key is empty");
}
