import { contentOf, readOnly } from "../der/read.ts";
import { tags } from "../der/tag.ts";
import { octetString } from "../der/write.ts";
import { PkiError } from "../error.ts";
import { encodeExtension, findExtension } from "../extension.ts";
import type { Extension } from "../extension.ts";
import { oids } from "../oids.ts";

/** RFC 9654 2.1; RFC 8954 allowed 32. */
const maxOctets = 128;

/** Nonce ::= OCTET STRING (SIZE(1..128)), wrapped once more as every extension. @throws PkiError `template-invalid` */
export function encodeNonce(nonce: Uint8Array): Uint8Array {
  if (nonce.length === 0 || nonce.length > maxOctets)
    throw new PkiError("template-invalid", `a nonce has 1 to ${maxOctets} octets`);
  return encodeExtension(oids.ocspNonce, false, octetString(nonce));
}

/** The nonce among these extensions, or null. @throws PkiError `der-invalid` for another form or length */
export function readNonce(extensions: readonly Extension[]): Uint8Array | null {
  const extension = findExtension(extensions, oids.ocspNonce);
  if (extension === null) return null;
  const nonce = contentOf(readOnly(extension.valueDer, tags.octetString, "the nonce"));
  if (nonce.length === 0 || nonce.length > maxOctets)
    throw new PkiError("der-invalid", `the nonce does not have 1 to ${maxOctets} octets`);
  return nonce;
}
