import { PkiError } from "../error.ts";
import { hasUnsafeCharacter } from "../text.ts";
import { decodeTime } from "./read.ts";
import { tags } from "./tag.ts";

export type GateLimits = { maxBytes?: number; maxElements?: number; maxDepth?: number };

function fail(fault: string, offset: number): never {
  throw new PkiError("der-invalid", `${fault} at offset ${offset}`);
}

/**
 * Walks the whole value once, without recursion, and refuses everything that is not DER of the kind X.509 uses; run
 * before any parser sees foreign bytes (security.md 5.2). Refused: trailing bytes, high tag numbers, application and
 * private classes, indefinite or non-minimal lengths, constructed strings, non-minimal INTEGERs, other BOOLEANs than
 * 00 and FF, unused bits that are set, padded OID arcs, strings outside their alphabet or with hidden characters, times
 * not in the DER form, types that X.509 does not use, and anything beyond the limits. The order of SET OF is not
 * checked: some device stacks sort wrongly. Content of OCTET STRINGs and of context-tagged primitives is opaque here.
 *
 * @throws PkiError `der-invalid` naming the fault and its offset
 */
export function checkStrictDer(der: Uint8Array, limits: GateLimits = {}): void {
  const { maxBytes = 65_536, maxElements = 2_000, maxDepth = 32 } = limits;
  if (der.length > maxBytes) throw new PkiError("der-invalid", `larger than ${maxBytes} bytes`);
  const ends: number[] = [];
  let end = der.length;
  let offset = 0;
  let elements = 0;
  do {
    if (++elements > maxElements) fail(`more than ${maxElements} elements`, offset);
    const at = offset;
    const tag = der[at] ?? fail("truncated header", at);
    checkTag(tag, at);
    const contentStart = at + 1 + lengthFieldSize(der, at, end);
    const contentEnd = contentStart + lengthAt(der, at);
    if (contentEnd > end) fail("element reaches past its end", at);
    if ((tag & 0x20) !== 0) {
      if (ends.length + 1 >= maxDepth && contentEnd > contentStart) fail(`nested deeper than ${maxDepth}`, at);
      ends.push(end);
      end = contentEnd;
      offset = contentStart;
    } else {
      if (tag < 0x80) checkPrimitive(tag, der.subarray(contentStart, contentEnd), at);
      offset = contentEnd;
    }
    while (ends.length > 0 && offset === end) end = ends.pop() ?? der.length;
    if (ends.length === 0 && offset < der.length) fail("trailing bytes", offset);
  } while (ends.length > 0);
}

function checkTag(tag: number, at: number): void {
  if ((tag & 0x1f) === 0x1f) fail("high tag number", at);
  const tagClass = tag & 0xc0;
  if (tagClass === 0x80) return;
  if (tagClass !== 0) fail("application or private tag", at);
  const isConstructed = (tag & 0x20) !== 0;
  const isCollection = tag === tags.sequence || tag === tags.set;
  if (isCollection) return;
  if ((tag | 0x20) === tags.sequence || (tag | 0x20) === tags.set) fail("primitive SEQUENCE or SET", at);
  if (isConstructed) fail("constructed string or number", at);
}

function lengthFieldSize(der: Uint8Array, at: number, end: number): number {
  const first = der[at + 1];
  if (first === undefined || at + 2 > end) fail("truncated header", at);
  if (first < 0x80) return 1;
  const count = first & 0x7f;
  if (count === 0) fail("indefinite length", at);
  if (count > 4) fail("length of more than four octets", at);
  if (at + 2 + count > end) fail("truncated header", at);
  const lead = der[at + 2] ?? 0;
  if (lead === 0 || (count === 1 && lead < 0x80)) fail("length is not minimal", at);
  return 1 + count;
}

function lengthAt(der: Uint8Array, at: number): number {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return first;
  let length = 0;
  for (let i = 0; i < (first & 0x7f); i++) length = length * 256 + (der[at + 2 + i] ?? 0);
  return length;
}

function checkPrimitive(tag: number, content: Uint8Array, at: number): void {
  switch (tag) {
    case tags.boolean:
      if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) fail("BOOLEAN is not 00 or FF", at);
      return;
    case tags.integer:
    case tags.enumerated:
      return checkInteger(content, at);
    case tags.bitString:
      return checkBitString(content, at);
    case tags.octetString:
      return;
    case tags.null:
      if (content.length !== 0) fail("NULL is not empty", at);
      return;
    case tags.objectIdentifier:
      return checkObjectIdentifier(content, at);
    case tags.utcTime:
    case tags.generalizedTime:
      if (decodeTime(content, tag === tags.utcTime) === null) fail("time is not in the DER form", at);
      return;
    default:
      return checkString(tag, content, at);
  }
}

function checkInteger(content: Uint8Array, at: number): void {
  const first = content[0];
  if (first === undefined) fail("empty INTEGER", at);
  const second = content[1];
  if (second === undefined) return;
  if ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)) fail("INTEGER is not minimal", at);
}

function checkBitString(content: Uint8Array, at: number): void {
  const unused = content[0];
  if (unused === undefined || unused > 7 || (unused > 0 && content.length === 1)) fail("BIT STRING is malformed", at);
  const last = content[content.length - 1] ?? 0;
  if (content.length > 1 && (last & ((1 << unused) - 1)) !== 0) fail("unused bits are not zero", at);
}

function checkObjectIdentifier(content: Uint8Array, at: number): void {
  let isFresh = true;
  for (const byte of content) {
    if (isFresh && byte === 0x80) fail("OBJECT IDENTIFIER has a padded arc", at);
    isFresh = byte < 0x80;
  }
  if (content.length === 0 || !isFresh) fail("OBJECT IDENTIFIER is truncated", at);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf16 = new TextDecoder("utf-16be", { fatal: true, ignoreBOM: true });

function checkString(tag: number, content: Uint8Array, at: number): void {
  switch (tag) {
    case tags.utf8String:
      return checkUnicode(utf8, content, at);
    case tags.bmpString:
      return checkUnicode(utf16, content, at);
    case tags.printableString:
      if (!content.every(isPrintable)) fail("PrintableString outside its alphabet", at);
      return;
    case tags.numericString:
      if (!content.every((byte) => byte === 0x20 || (byte >= 0x30 && byte <= 0x39)))
        fail("NumericString outside its alphabet", at);
      return;
    case tags.ia5String:
    case tags.visibleString:
      if (!content.every(isGraphic)) fail("string outside ASCII or with control characters", at);
      return;
    case tags.teletexString:
      if (!content.every((byte) => isGraphic(byte) || byte >= 0xa0)) fail("TeletexString with control characters", at);
      return;
    default:
      fail("type that X.509 does not use", at);
  }
}

function isGraphic(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e;
}

/** A-Z a-z 0-9 space ' ( ) + , - . / : = ? (X.680 41.4) */
function isPrintable(byte: number): boolean {
  if (byte >= 0x61) return byte <= 0x7a;
  if (byte >= 0x41) return byte <= 0x5a;
  if (byte >= 0x2b) return byte <= 0x3a || byte === 0x3d || byte === 0x3f;
  return byte === 0x20 || (byte >= 0x27 && byte <= 0x29);
}

function checkUnicode(decoder: InstanceType<typeof TextDecoder>, content: Uint8Array, at: number): void {
  if (decoder === utf8 && content.every(isGraphic)) return;
  let text: string;
  try {
    text = decoder.decode(content);
  } catch {
    return fail("string is not valid Unicode", at);
  }
  if (hasUnsafeCharacter(text)) fail("string with a hidden character", at);
}
