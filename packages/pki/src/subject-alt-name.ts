import { childrenOf, contentOf, readAscii, readOnly } from "./der/read.ts";
import type { Element } from "./der/read.ts";
import { constructedTag, primitiveTag, tags } from "./der/tag.ts";
import { asciiOctets, primitive, sequence } from "./der/write.ts";
import { isValidDnsName } from "./dns-name.ts";
import { PkiError } from "./error.ts";
import { encodeHardwareModule, findHardwareModule } from "./hardware-module.ts";
import { formatIpAddress, parseIpAddress } from "./ip-address.ts";
import { assertSafeText } from "./text.ts";

/** A hardwareModule is written as the OID of the type, a colon and the serial number in hexadecimal digits. */
export type GeneralName = { type: "dns" | "uri" | "ip" | "email" | "hardwareModule"; value: string };

const labels: Record<GeneralName["type"], string> = {
  dns: "DNS",
  uri: "URI",
  ip: "IP",
  email: "email",
  hardwareModule: "hardware",
};
type TextType = Exclude<GeneralName["type"], "hardwareModule">;
/** Context tags of RFC 5280 4.2.1.6. */
const tagNumbers: Record<TextType, number> = { email: 1, dns: 2, uri: 6, ip: 7 };

/** "DNS:pump-017", "URI:urn:plant:17", "IP:10.0.0.1", "email:a@b.example", "hardware:1.3.6.1.4.1.99999.1:0a0b" */
export function formatGeneralName(name: GeneralName): string {
  return `${labels[name.type]}:${name.value}`;
}

/**
 * GeneralNames, the value of subjectAltName (RFC 5280 4.2.1.6). Addresses are given as text and written as 4 or 16
 * octets. Whether a name is a good one is decided before (`decideNames`) and looked at again after (lint).
 * @throws PkiError `name-invalid` for an empty list or value, hidden or non-ASCII characters, a bad address
 */
export function encodeSubjectAltNames(names: readonly GeneralName[]): Uint8Array {
  if (names.length === 0) throw new PkiError("name-invalid", "a subject alternative name needs at least one entry");
  return sequence(...names.map(encodeGeneralName));
}

function encodeGeneralName({ type, value }: GeneralName): Uint8Array {
  if (type === "hardwareModule") return encodeHardwareModule(value);
  return primitive(tagNumbers[type], encodeValue({ type, value }));
}

function encodeValue({ type, value }: { type: TextType; value: string }): Uint8Array {
  if (value === "") throw new PkiError("name-invalid", `${labels[type]} name is empty`);
  assertSafeText(value, `${labels[type]} name`);
  if (type !== "ip") return asciiOctets(value, `${labels[type]} name`);
  const octets = parseIpAddress(value);
  if (octets === null) throw new PkiError("name-invalid", `${value} is not an IP address`);
  return octets;
}

/** What a SAN holds: names of the kinds we use, and the tags of the others (directoryName, …). */
export type GeneralNames = { names: GeneralName[]; unsupportedTags: number[] };

/**
 * Reads GeneralNames of any kind.
 * @throws PkiError `der-invalid` for an empty list, wrong types, bad lengths of addresses; `name-invalid` for hidden
 *   characters
 */
export function readGeneralNames(der: Uint8Array): GeneralNames {
  const elements = childrenOf(readOnly(der, tags.sequence, "the alternative names"), "an alternative name");
  if (elements.length === 0) throw new PkiError("der-invalid", "the list of alternative names is empty");
  const names: GeneralName[] = [];
  const unsupportedTags: number[] = [];
  for (const element of elements) {
    const name = readGeneralName(element);
    if (name) names.push(name);
    else unsupportedTags.push(element.tag);
  }
  return { names, unsupportedTags };
}

function readGeneralName(element: Element): GeneralName | null {
  if ((element.tag & 0xc0) !== 0x80) throw new PkiError("der-invalid", "an alternative name has the wrong type");
  if (element.tag === constructedTag(0)) {
    const value = findHardwareModule(element);
    return value === null ? null : { type: "hardwareModule", value };
  }
  const type = (["dns", "uri", "ip", "email"] as const).find((kind) => primitiveTag(tagNumbers[kind]) === element.tag);
  if (type === undefined) return null;
  const value = type === "ip" ? formatIpAddress(contentOf(element)) : readAscii(element, `${labels[type]} name`);
  if (value === null) throw new PkiError("der-invalid", "an IP address must have 4 or 16 octets");
  if (value === "") throw new PkiError("der-invalid", `${labels[type]} name is empty`);
  assertSafeText(value, `${labels[type]} name`);
  return { type, value };
}

/**
 * Reads GeneralNames that hold only kinds we use.
 * @throws PkiError as `readGeneralNames`; `name-invalid` for any other kind of name
 */
export function parseSubjectAltNames(der: Uint8Array): GeneralName[] {
  const { names, unsupportedTags } = readGeneralNames(der);
  if (unsupportedTags.length > 0)
    throw new PkiError("name-invalid", `alternative names of kind [${(unsupportedTags[0] ?? 0) & 0x1f}] are not used`);
  return names;
}

/**
 * One string per name for comparing as sets: DNS names in lowercase (RFC 5280 7.2), addresses canonical, the domain of
 * an e-mail address in lowercase, URIs as they are.
 */
export function comparableGeneralName({ type, value }: GeneralName): string {
  if (type === "dns") return `dns:${value.toLowerCase()}`;
  if (type === "email") return `email:${value.replace(/@[^@]*$/, (domain) => domain.toLowerCase())}`;
  if (type === "uri") return `uri:${value}`;
  if (type === "hardwareModule") return `hardwareModule:${value.toLowerCase()}`;
  const octets = parseIpAddress(value);
  return `ip:${(octets && formatIpAddress(octets)) ?? value}`;
}

/** An absolute URI of RFC 3986 in ASCII, at most 255 characters. */
export function isValidUri(text: string): boolean {
  return text.length <= 255 && /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/.test(text);
}

/** A mailbox whose domain is a host name; the local part is kept simple. */
export function isValidEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  return (
    at > 0 &&
    at <= 64 &&
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+$/.test(text.slice(0, at)) &&
    isValidDnsName(text.slice(at + 1))
  );
}
