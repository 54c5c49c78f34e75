import { hash } from "node:crypto";

import { openElement, readBitStringOctets, readOnly, take } from "./der/read.ts";
import { tags } from "./der/tag.ts";

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(hash("sha256", bytes, "buffer"));
}

/**
 * SHA-1 of the subjectPublicKey BIT STRING without tag, length and unused-bits octet: RFC 5280 4.2.1.2 (1). The hash
 * only names the key, nothing relies on its strength.
 * @throws PkiError `der-invalid` when the bytes are not a SubjectPublicKeyInfo
 */
export function keyIdentifierOf(spkiDer: Uint8Array): Uint8Array {
  return new Uint8Array(hash("sha1", keyBitsOf(spkiDer), "buffer"));
}

/** The octets of the subjectPublicKey BIT STRING, which key identifiers hash. @throws PkiError `der-invalid` */
export function keyBitsOf(spkiDer: Uint8Array): Uint8Array {
  const spki = openElement(readOnly(spkiDer, tags.sequence, "the public key"));
  take(spki, tags.sequence, "the key algorithm");
  return readBitStringOctets(take(spki, tags.bitString, "the key"), "the key");
}
