import {
  childrenOf,
  derOf,
  isTextTag,
  openElement,
  assertAtEnd,
  readObjectIdentifier,
  readOnly,
  readText,
  take,
  takeAny,
} from "./der/read.ts";
import type { Element } from "./der/read.ts";
import { tags } from "./der/tag.ts";
import { objectIdentifier, printableString, sequence, setOf, utf8String } from "./der/write.ts";
import { PkiError } from "./error.ts";
import { fromHex, toHex } from "./hex.ts";
import { oids } from "./oids.ts";
import { assertSafeText } from "./text.ts";

export { assertSafeText } from "./text.ts";

export type KnownAttributeType = "CN" | "O" | "OU" | "C" | "L" | "ST" | "serialNumber";

/**
 * One attribute in an RDN of its own. Types that we do not know keep their number, as `oid:1.2.3`; a value that is not
 * a character string is `#` and the hexadecimal DER (RFC 4514 2.4).
 */
export type NameAttribute = { type: KnownAttributeType | `oid:${string}`; value: string };

/** In the order of the encoding: the most general attribute first. */
export type DistinguishedName = NameAttribute[];

/** Types with their upper bounds (RFC 5280 appendix A.1, in characters). */
const known: Record<KnownAttributeType, { oid: string; oidDer: Uint8Array; maxLength: number }> = {
  CN: { oid: oids.commonName, oidDer: objectIdentifier(oids.commonName), maxLength: 64 },
  O: { oid: oids.organizationName, oidDer: objectIdentifier(oids.organizationName), maxLength: 64 },
  OU: { oid: oids.organizationalUnitName, oidDer: objectIdentifier(oids.organizationalUnitName), maxLength: 64 },
  C: { oid: oids.countryName, oidDer: objectIdentifier(oids.countryName), maxLength: 2 },
  L: { oid: oids.localityName, oidDer: objectIdentifier(oids.localityName), maxLength: 128 },
  ST: { oid: oids.stateOrProvinceName, oidDer: objectIdentifier(oids.stateOrProvinceName), maxLength: 128 },
  serialNumber: { oid: oids.serialNumber, oidDer: objectIdentifier(oids.serialNumber), maxLength: 64 },
};

const typeByOid: ReadonlyMap<string, KnownAttributeType> = new Map([
  [oids.commonName, "CN"],
  [oids.organizationName, "O"],
  [oids.organizationalUnitName, "OU"],
  [oids.countryName, "C"],
  [oids.localityName, "L"],
  [oids.stateOrProvinceName, "ST"],
  [oids.serialNumber, "serialNumber"],
]);

/**
 * Name of RFC 5280 4.1.2.4: UTF8String, and PrintableString for C and serialNumber.
 * @throws PkiError `name-invalid`: empty or overlong value, hidden characters, characters that the type cannot hold
 */
export function encodeName(name: DistinguishedName): Uint8Array {
  return sequence(...name.map((attribute) => setOf(encodeAttribute(attribute))));
}

function encodeAttribute({ type, value }: NameAttribute): Uint8Array {
  if (isUnknown(type)) return sequence(objectIdentifier(type.slice(4)), encodeUnknownValue(value));
  const { oidDer, maxLength } = known[type];
  if (value === "") throw new PkiError("name-invalid", `${type} is empty`);
  if (Array.from(value).length > maxLength)
    throw new PkiError("name-invalid", `${type} is longer than ${maxLength} characters`);
  assertSafeText(value, type);
  if (type === "C" && !/^[A-Z]{2}$/.test(value))
    throw new PkiError("name-invalid", "C must be a country code of two capital letters");
  const isPrintable = type === "C" || type === "serialNumber";
  return sequence(oidDer, isPrintable ? printableString(value) : utf8String(value));
}

function isUnknown(type: NameAttribute["type"]): type is `oid:${string}` {
  return type.startsWith("oid:");
}

function encodeUnknownValue(value: string): Uint8Array {
  if (value.startsWith("#")) return fromHex(value.slice(1));
  assertSafeText(value, "an attribute");
  return utf8String(value);
}

/**
 * @throws PkiError `der-invalid` when the bytes are not a Name; `name-invalid` for an RDN of several attributes, which
 *   has no order and is written by nobody for devices
 */
export function parseName(der: Uint8Array): DistinguishedName {
  return childrenOf(readOnly(der, tags.sequence, "the name"), "the name").map(parseRelativeName);
}

function parseRelativeName(rdn: Element): NameAttribute {
  if (rdn.tag !== tags.set) throw new PkiError("der-invalid", "a relative distinguished name is not a SET");
  const [attribute, ...others] = childrenOf(rdn, "a relative distinguished name");
  if (!attribute || attribute.tag !== tags.sequence)
    throw new PkiError("der-invalid", "a relative distinguished name holds no attribute");
  if (others.length > 0) throw new PkiError("name-invalid", "relative names of several attributes are not supported");
  const fields = openElement(attribute);
  const oid = readObjectIdentifier(take(fields, tags.objectIdentifier, "the attribute type"), "the attribute type");
  const valueElement = takeAny(fields, "the attribute value");
  assertAtEnd(fields, "an attribute");
  const type = typeByOid.get(oid);
  if (!isNameTag(valueElement.tag))
    throw new PkiError("name-invalid", "an attribute value is of a type that names do not use");
  if (isTextTag(valueElement.tag)) return { type: type ?? `oid:${oid}`, value: readText(valueElement, "a name") };
  if (type) throw new PkiError("name-invalid", `${type} is not a character string`);
  return { type: `oid:${oid}`, value: `#${toHex(derOf(valueElement))}` };
}

/**
 * What OpenSSL takes in a name: the choices of DirectoryString, IA5String (RFC 5280 4.1.2.6), NumericString, and BIT
 * STRING and SEQUENCE for rare attributes. A name that it refuses would make a certificate nobody can use.
 */
function isNameTag(tag: number): boolean {
  if (tag === tags.bitString || tag === tags.sequence) return true;
  return isTextTag(tag) && tag !== tags.visibleString;
}

/** RFC 4514: the last attribute first, `,` between, special characters escaped. */
export function formatName(name: DistinguishedName): string {
  return name.toReversed().map(formatAttribute).join(",");
}

function formatAttribute({ type, value }: NameAttribute): string {
  const label = isUnknown(type) ? type.slice(4) : type === "serialNumber" ? oids.serialNumber : type;
  const isHexadecimal = isUnknown(type) && /^#([0-9a-f]{2})+$/.test(value);
  return `${label}=${isHexadecimal ? value : escapeValue(value)}`;
}

/** RFC 4514 2.4; hidden characters become `\XX` octets so that the text is always harmless to show. */
function escapeValue(value: string): string {
  return value
    .replace(/[\\"+,;<>=]/g, "\\$&")
    .replace(/^[ #]/, "\\$&")
    .replace(/ $/, (end, at: number) => (at === 0 ? end : "\\ "))
    .replace(/\p{C}|\p{Zl}|\p{Zp}/gu, (hidden) => {
      const octets = toHex(new TextEncoder().encode(hidden));
      return octets.replace(/../g, "\\$&");
    });
}

/** The first value of this type, or null. */
export function findAttribute(name: DistinguishedName, type: NameAttribute["type"]): string | null {
  return name.find((attribute) => attribute.type === type)?.value ?? null;
}
