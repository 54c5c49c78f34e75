import {
  assertAtEnd,
  childrenOf,
  contentOf,
  derOf,
  openElement,
  readAscii,
  readOnly,
  take,
  takeAny,
  takeOptional,
} from "../der/read.ts";
import type { Element } from "../der/read.ts";
import { constructedTag, primitiveTag, tags } from "../der/tag.ts";
import { asciiOctets, constructed, primitive, sequence } from "../der/write.ts";
import { isValidDnsName } from "../dns-name.ts";
import { PkiError } from "../error.ts";
import { formatIpAddress, parseIpAddress } from "../ip-address.ts";
import { encodeName, parseName } from "../name.ts";
import type { DistinguishedName } from "../name.ts";

/** The base of a subtree of names (RFC 5280 4.2.1.10). */
export type NameSubtree =
  /** The host and everything below it; for e-mail, all mailboxes of that host. */
  | { type: "dns" | "email" | "uri"; value: string }
  /** "10.0.0.0/8", "2001:db8::/32" */
  | { type: "ip"; value: string }
  | { type: "directory"; value: DistinguishedName };

export type NameConstraints = { permitted: readonly NameSubtree[]; excluded: readonly NameSubtree[] };

function refuse(detail: string): never {
  throw new PkiError("template-invalid", detail);
}

/**
 * The value of nameConstraints; only authorities have it, and it is critical.
 * @throws PkiError `template-invalid` without any subtree, for bad hosts and address blocks; `name-invalid`
 */
export function encodeNameConstraints({ permitted, excluded }: NameConstraints): Uint8Array {
  if (permitted.length + excluded.length === 0) refuse("name constraints need at least one subtree");
  return sequence(
    ...(permitted.length === 0 ? [] : [constructed(0, ...permitted.map(encodeSubtree))]),
    ...(excluded.length === 0 ? [] : [constructed(1, ...excluded.map(encodeSubtree))]),
  );
}

/** `minimum` is 0, its default, and `maximum` absent, as RFC 5280 demands. */
function encodeSubtree(subtree: NameSubtree): Uint8Array {
  switch (subtree.type) {
    case "dns":
      return sequence(primitive(2, hostOctets(subtree.value, isValidDnsName(subtree.value))));
    case "email":
      return sequence(primitive(1, hostOctets(subtree.value, isValidDnsName(subtree.value.replace(/^\./, "")))));
    case "uri":
      return sequence(primitive(6, hostOctets(subtree.value, isValidDnsName(subtree.value.replace(/^\./, "")))));
    case "ip":
      return sequence(primitive(7, encodeBlock(subtree.value)));
    case "directory":
      return sequence(constructed(4, encodeName(subtree.value)));
  }
}

function hostOctets(value: string, isValid: boolean): Uint8Array {
  if (!isValid) refuse("a subtree of name constraints is not a host name");
  return asciiOctets(value, "a subtree of name constraints");
}

/** Address and mask, 8 or 32 octets; bits behind the prefix must be zero. */
function encodeBlock(text: string): Uint8Array {
  const [address = "", prefix = "", ...rest] = text.split("/");
  const octets = parseIpAddress(address);
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (octets === null || rest.length > 0 || bits < 0 || bits > octets.length * 8)
    return refuse("a subtree of name constraints is not a block of addresses");
  const mask = octets.map((_, index) => (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 0xff);
  if (octets.some((octet, index) => (octet & ~(mask[index] ?? 0)) !== 0))
    refuse("a block of addresses has bits behind its prefix");
  return Uint8Array.from([...octets, ...mask]);
}

/** @throws PkiError `der-invalid`; also for kinds of names and bounds that nobody uses; `name-invalid` */
export function parseNameConstraints(der: Uint8Array): NameConstraints {
  const fields = openElement(readOnly(der, tags.sequence, "nameConstraints"));
  const permitted = takeOptional(fields, constructedTag(0), "permittedSubtrees");
  const excluded = takeOptional(fields, constructedTag(1), "excludedSubtrees");
  assertAtEnd(fields, "nameConstraints");
  if (permitted === null && excluded === null) throw new PkiError("der-invalid", "nameConstraints is empty");
  return { permitted: readSubtrees(permitted), excluded: readSubtrees(excluded) };
}

function readSubtrees(list: Element | null): NameSubtree[] {
  if (list === null) return [];
  const subtrees = childrenOf(list, "a subtree");
  if (subtrees.length === 0) throw new PkiError("der-invalid", "a list of subtrees is empty");
  return subtrees.map(readSubtree);
}

function readSubtree(subtree: Element): NameSubtree {
  if (subtree.tag !== tags.sequence) throw new PkiError("der-invalid", "a subtree is not a SEQUENCE");
  const fields = openElement(subtree);
  const base = takeAny(fields, "the base of a subtree");
  assertAtEnd(fields, "a subtree");
  if (base.tag === primitiveTag(1)) return { type: "email", value: readAscii(base, "a subtree") };
  if (base.tag === primitiveTag(2)) return { type: "dns", value: readAscii(base, "a subtree") };
  if (base.tag === primitiveTag(6)) return { type: "uri", value: readAscii(base, "a subtree") };
  if (base.tag === primitiveTag(7)) return { type: "ip", value: formatBlock(contentOf(base)) };
  if (base.tag !== constructedTag(4)) throw new PkiError("der-invalid", "a subtree of a kind that is not used");
  const name = openElement(base);
  const value = parseName(derOf(take(name, tags.sequence, "a subtree")));
  assertAtEnd(name, "a subtree");
  return { type: "directory", value };
}

function formatBlock(octets: Uint8Array): string {
  const half = octets.length / 2;
  const address = formatIpAddress(octets.subarray(0, half));
  const bits = Array.from(octets.subarray(half), (octet) => octet.toString(2).padStart(8, "0")).join("");
  if (address === null || !/^1*0*$/.test(bits)) throw new PkiError("der-invalid", "a block of addresses is malformed");
  return `${address}/${bits.replace(/0*$/, "").length}`;
}
