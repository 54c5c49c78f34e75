import { PkiError } from "../error.ts";
import { constructedTag, primitiveTag, tags } from "./tag.ts";

const encoder = new TextEncoder();

/** Octets that the length field of `length` content octets takes (X.690 8.1.3, minimal form). */
export function lengthOctets(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x100) return 2;
  if (length < 0x10000) return 3;
  return length < 0x1000000 ? 4 : 5;
}

/** Writes a header at `offset`, returns the offset behind it. The caller has made room. */
export function putHeader(target: Uint8Array, offset: number, tag: number, length: number): number {
  let at = offset;
  target[at++] = tag;
  const octets = lengthOctets(length);
  if (octets === 1) {
    target[at++] = length;
    return at;
  }
  target[at++] = 0x80 | (octets - 1);
  for (let shift = octets - 2; shift >= 0; shift--) target[at++] = Math.floor(length / 256 ** shift) & 0xff;
  return at;
}

/** Tag, length and the concatenated parts. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(1 + lengthOctets(length) + length);
  let at = putHeader(out, 0, tag, length);
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(tags.sequence, ...parts);
}

/** SET OF, sorted by encoding as DER demands (X.690 11.6). */
export function setOf(...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(tags.set, ...parts.toSorted(compareEncodings));
}

/** Order of X.690 11.6: octet by octet, a shorter one padded with zeroes. */
export function compareEncodings(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** [n] EXPLICIT, or [n] IMPLICIT of a constructed type when the parts are its children. */
export function constructed(n: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(constructedTag(n), ...parts);
}

/** [n] IMPLICIT of a primitive type. */
export function primitive(n: number, content: Uint8Array): Uint8Array {
  return tlv(primitiveTag(n), content);
}

export function octetString(...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(tags.octetString, ...parts);
}

const noUnusedBits = Uint8Array.of(0);

/** BIT STRING of whole octets. */
export function bitString(octets: Uint8Array): Uint8Array {
  return tlv(tags.bitString, noUnusedBits, octets);
}

/** Named-bit-list BIT STRING with trailing zero bits removed (X.690 11.2.2); `bits` are the positions that are set. */
export function namedBits(bits: readonly number[]): Uint8Array {
  const highest = Math.max(-1, ...bits);
  if (highest < 0) return tlv(tags.bitString, noUnusedBits);
  const octets = new Uint8Array((highest >> 3) + 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return tlv(tags.bitString, Uint8Array.of(7 - (highest & 7)), octets);
}

export function boolean(value: boolean): Uint8Array {
  return Uint8Array.of(tags.boolean, 1, value ? 0xff : 0);
}

export const nullValue: Uint8Array = Uint8Array.of(tags.null, 0);

export function enumerated(value: number): Uint8Array {
  return Uint8Array.of(tags.enumerated, 1, value);
}

/** INTEGER from an unsigned big-endian magnitude; leading zeroes are dropped and a sign octet added as needed. */
export function unsignedInteger(magnitude: Uint8Array): Uint8Array {
  let first = 0;
  while (first < magnitude.length - 1 && magnitude[first] === 0) first++;
  const significant = magnitude.subarray(first);
  if (significant.length === 0) return Uint8Array.of(tags.integer, 1, 0);
  return (significant[0] ?? 0) >= 0x80 ? tlv(tags.integer, noUnusedBits, significant) : tlv(tags.integer, significant);
}

/** INTEGER from a non-negative number. */
export function integer(value: number | bigint): Uint8Array {
  if (value < 0) throw new PkiError("der-invalid", "a negative INTEGER is never written here");
  const hex = value.toString(16);
  return unsignedInteger(new Uint8Array(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex")));
}

/** OBJECT IDENTIFIER from its dotted form. @throws PkiError `der-invalid` */
export function objectIdentifier(dotted: string): Uint8Array {
  if (!/^[0-2](\.(0|[1-9]\d{0,15}))+$/.test(dotted)) throw new PkiError("der-invalid", "not an object identifier");
  const [root = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  if (root < 2 && second > 39) throw new PkiError("der-invalid", "not an object identifier");
  const content: number[] = [];
  for (const arc of [root * 40 + second, ...rest]) {
    const octets = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) octets.unshift((left % 128) | 0x80);
    content.push(...octets);
  }
  return tlv(tags.objectIdentifier, Uint8Array.from(content));
}

export function utf8String(text: string): Uint8Array {
  return tlv(tags.utf8String, encoder.encode(text));
}

/** PrintableString. @throws PkiError `name-invalid` for characters outside its alphabet (X.680 41.4) */
export function printableString(text: string): Uint8Array {
  if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text))
    throw new PkiError("name-invalid", "the text does not fit a PrintableString");
  return tlv(tags.printableString, toOctets(text));
}

/** Content octets of an IA5String that will be implicitly tagged. @throws PkiError `name-invalid` beyond ASCII */
export function asciiOctets(text: string, what: string): Uint8Array {
  // eslint-disable-next-line no-control-regex -- ASCII is the range that is looked for
  if (!/^[\u0000-\u007f]*$/.test(text)) throw new PkiError("name-invalid", `${what} must be ASCII`);
  return toOctets(text);
}

/** One octet per character; for short ASCII texts much quicker than an encoder. */
function toOctets(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) octets[i] = text.charCodeAt(i);
  return octets;
}

/**
 * Time by RFC 5280 4.1.2.5 and 5.1.2.4: UTCTime up to 2049, GeneralizedTime from 2050, whole seconds, UTC.
 * @throws PkiError `validity-invalid` for an invalid date, a fraction of a second, or years outside 1950 to 9999
 */
export function time(date: Date): Uint8Array {
  return date.getUTCFullYear() < 2050
    ? tlv(tags.utcTime, toOctets(`${digitsOf(date).slice(2)}Z`))
    : generalizedTime(date);
}

/**
 * GeneralizedTime whatever the year: OCSP and invalidityDate know no other form. Whole seconds, UTC.
 * @throws PkiError as `time`
 */
export function generalizedTime(date: Date): Uint8Array {
  return tlv(tags.generalizedTime, toOctets(`${digitsOf(date)}Z`));
}

/** YYYYMMDDhhmmss */
function digitsOf(date: Date): string {
  const milliseconds = date.getTime();
  const year = date.getUTCFullYear();
  if (Number.isNaN(milliseconds) || milliseconds % 1000 !== 0 || year < 1950 || year > 9999)
    throw new PkiError("validity-invalid", "a time must be a whole second between 1950 and 9999");
  return date.toISOString().replace(/[-:T]/g, "").slice(0, 14);
}
