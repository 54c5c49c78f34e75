import { PkiError } from "../error.ts";
import { tags } from "./tag.ts";

/** One TLV inside `bytes`: header from `start`, content from `contentStart`, both up to `end`. Nothing is copied. */
export type Element = {
  readonly bytes: Uint8Array;
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
};

/** A place inside a constructed element from which the next child is taken. */
export type Cursor = { readonly bytes: Uint8Array; readonly end: number; offset: number };

function fail(detail: string): never {
  throw new PkiError("der-invalid", detail);
}

/**
 * Reads the element at `offset`, which must fit before `limit`.
 * @throws PkiError `der-invalid`: high tag number, indefinite or non-minimal length, past the end (X.690 10.1)
 */
export function readElement(bytes: Uint8Array, offset: number, limit: number): Element {
  const tag = bytes[offset];
  let length = bytes[offset + 1];
  if (tag === undefined || length === undefined || offset + 2 > limit) fail(`truncated header at offset ${offset}`);
  if ((tag & 0x1f) === 0x1f) fail(`high tag number at offset ${offset}`);
  let contentStart = offset + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0) fail(`indefinite length at offset ${offset}`);
    if (count > 4) fail(`length of more than four octets at offset ${offset}`);
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[contentStart + i] ?? 0);
    contentStart += count;
    if (length < 0x80 || length < 256 ** (count - 1)) fail(`length is not minimal at offset ${offset}`);
  }
  const end = contentStart + length;
  if (end > limit) fail(`element at offset ${offset} reaches past its end`);
  return { bytes, tag, start: offset, contentStart, end };
}

/** Reads bytes that are exactly one element, with nothing behind it. */
export function readOnly(bytes: Uint8Array, tag: number, what: string): Element {
  const element = readElement(bytes, 0, bytes.length);
  if (element.end !== bytes.length) fail(`bytes after the end of ${what}`);
  if (element.tag !== tag) fail(`${what} has the wrong type`);
  return element;
}

/** The content octets, as a view. */
export function contentOf(element: Element): Uint8Array {
  return element.bytes.subarray(element.contentStart, element.end);
}

/** Header and content, as a view. */
export function derOf(element: Element): Uint8Array {
  return element.bytes.subarray(element.start, element.end);
}

/** Opens a constructed element to take its children one by one. */
export function openElement(element: Element): Cursor {
  return { bytes: element.bytes, offset: element.contentStart, end: element.end };
}

export function isAtEnd(cursor: Cursor): boolean {
  return cursor.offset >= cursor.end;
}

/** Takes the next child, whatever it is. @throws PkiError `der-invalid` at the end */
export function takeAny(cursor: Cursor, what: string): Element {
  if (isAtEnd(cursor)) fail(`${what} is missing at offset ${cursor.offset}`);
  const element = readElement(cursor.bytes, cursor.offset, cursor.end);
  cursor.offset = element.end;
  return element;
}

/** Takes the next child, which must have this tag. `what` names it in the refusal. */
export function take(cursor: Cursor, tag: number, what: string): Element {
  const at = cursor.offset;
  const element = takeAny(cursor, what);
  if (element.tag !== tag) fail(`${what} has the wrong type at offset ${at}`);
  return element;
}

/** Takes the next child if it has this tag (an OPTIONAL field), else null. */
export function takeOptional(cursor: Cursor, tag: number, what: string): Element | null {
  if (isAtEnd(cursor) || cursor.bytes[cursor.offset] !== tag) return null;
  return take(cursor, tag, what);
}

/** @throws PkiError `der-invalid` if something follows */
export function assertAtEnd(cursor: Cursor, what: string): void {
  if (!isAtEnd(cursor)) fail(`unexpected element in ${what} at offset ${cursor.offset}`);
}

/** All children of a constructed element. */
export function childrenOf(element: Element, what: string): Element[] {
  const cursor = openElement(element);
  const children: Element[] = [];
  while (!isAtEnd(cursor)) children.push(takeAny(cursor, what));
  return children;
}

/** @throws PkiError `der-invalid` unless minimal (X.690 8.3.2) */
export function assertMinimalInteger(content: Uint8Array, offset: number): void {
  const first = content[0];
  if (first === undefined) fail(`empty INTEGER at offset ${offset}`);
  const second = content[1];
  if (second === undefined) return;
  if ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))
    fail(`INTEGER is not minimal at offset ${offset}`);
}

/** The unsigned big-endian value of a non-negative INTEGER, without the sign octet. */
export function readUnsigned(element: Element, what: string): Uint8Array {
  if (element.tag !== tags.integer && element.tag !== tags.enumerated) fail(`${what} is not an INTEGER`);
  const content = contentOf(element);
  assertMinimalInteger(content, element.contentStart);
  if ((content[0] ?? 0) >= 0x80) fail(`${what} is negative`);
  return content.length > 1 && content[0] === 0 ? content.subarray(1) : content;
}

/** A small non-negative INTEGER or ENUMERATED. @throws PkiError `der-invalid` above 2^31 - 1 */
export function readSmallInteger(element: Element, what: string): number {
  const bytes = readUnsigned(element, what);
  if (bytes.length > 4) fail(`${what} is too large`);
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  if (value > 0x7fffffff) fail(`${what} is too large`);
  return value;
}

export function readBoolean(element: Element, what: string): boolean {
  const content = contentOf(element);
  if (element.tag !== tags.boolean || content.length !== 1) fail(`${what} is not a BOOLEAN`);
  if (content[0] !== 0 && content[0] !== 0xff) fail(`${what} is not a DER BOOLEAN`);
  return content[0] === 0xff;
}

/** Content of a BIT STRING of whole octets (keys and signatures). */
export function readBitStringOctets(element: Element, what: string): Uint8Array {
  if (
    element.tag !== tags.bitString ||
    element.bytes[element.contentStart] !== 0 ||
    element.end === element.contentStart
  )
    fail(`${what} is not a BIT STRING of whole octets`);
  return element.bytes.subarray(element.contentStart + 1, element.end);
}

/** Dotted form. @throws PkiError `der-invalid`: empty, truncated or padded arcs (X.690 8.19.2), arcs above 2^53 */
export function readObjectIdentifier(element: Element, what: string): string {
  if (element.tag !== tags.objectIdentifier) fail(`${what} is not an OBJECT IDENTIFIER`);
  const content = contentOf(element);
  const arcs: number[] = [];
  let value = 0;
  let isFresh = true;
  for (const byte of content) {
    if (isFresh && byte === 0x80) fail(`${what} has a padded arc`);
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) fail(`${what} has an arc that is too large`);
    isFresh = byte < 0x80;
    if (!isFresh) continue;
    if (arcs.length === 0) {
      const root = Math.min(2, Math.floor(value / 40));
      arcs.push(root, value - root * 40);
    } else arcs.push(value);
    value = 0;
  }
  if (content.length === 0 || !isFresh) fail(`${what} is truncated`);
  return arcs.join(".");
}

/**
 * UTCTime or GeneralizedTime in the form of RFC 5280 4.1.2.5: seconds present, `Z`, no fraction. Two-digit years from
 * 50 belong to 19xx.
 */
export function readTime(element: Element, what: string): Date {
  const isUtc = element.tag === tags.utcTime;
  if (!isUtc && element.tag !== tags.generalizedTime) fail(`${what} is not a time`);
  const time = decodeTime(contentOf(element), isUtc);
  if (time === null) fail(`${what} is not a valid time`);
  return time;
}

/** Null when the text is not a real instant in the DER form. */
export function decodeTime(content: Uint8Array, isUtc: boolean): Date | null {
  const yearDigits = isUtc ? 2 : 4;
  if (content.length !== yearDigits + 11 || content[content.length - 1] !== 0x5a) return null;
  for (let i = 0; i < content.length - 1; i++) {
    const digit = content[i] ?? 0;
    if (digit < 0x30 || digit > 0x39) return null;
  }
  const two = (at: number): number => ((content[at] ?? 0) - 48) * 10 + (content[at + 1] ?? 0) - 48;
  const year = isUtc ? two(0) + (two(0) < 50 ? 2000 : 1900) : two(0) * 100 + two(2);
  const [month, day, hour, minute, second] = [0, 2, 4, 6, 8].map((at) => two(yearDigits + at));
  if (month === undefined || day === undefined || hour === undefined || minute === undefined || second === undefined)
    return null;
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(hour, minute, second, 0);
  const isReal =
    time.getUTCFullYear() === year &&
    time.getUTCMonth() === month - 1 &&
    time.getUTCDate() === day &&
    time.getUTCHours() === hour &&
    time.getUTCMinutes() === minute &&
    time.getUTCSeconds() === second;
  return isReal ? time : null;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder("latin1");
const utf16 = new TextDecoder("utf-16be", { fatal: true, ignoreBOM: true });

/** True for the tags that `readText` understands. */
export function isTextTag(tag: number): boolean {
  return (
    tag === tags.utf8String ||
    tag === tags.printableString ||
    tag === tags.ia5String ||
    tag === tags.numericString ||
    tag === tags.visibleString ||
    tag === tags.teletexString ||
    tag === tags.bmpString
  );
}

/** Any character string type as text; TeletexString is read as Latin-1, as everybody does. */
export function readText(element: Element, what: string): string {
  const content = contentOf(element);
  if (!isTextTag(element.tag)) fail(`${what} is not a character string`);
  try {
    if (element.tag === tags.utf8String) return utf8.decode(content);
    if (element.tag === tags.bmpString) return utf16.decode(content);
  } catch (cause) {
    throw new PkiError("der-invalid", `${what} is not valid text`, { cause });
  }
  if (element.tag !== tags.teletexString && content.some((byte) => byte > 0x7f)) fail(`${what} is not ASCII`);
  return latin1.decode(content);
}

/** ASCII text of an implicitly tagged IA5String. */
export function readAscii(element: Element, what: string): string {
  const content = contentOf(element);
  if (content.some((byte) => byte > 0x7f)) fail(`${what} is not ASCII`);
  return latin1.decode(content);
}
