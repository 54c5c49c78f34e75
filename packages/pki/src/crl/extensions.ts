import { encodeCrlDistributionPoints, httpOctets } from "../certificate/extensions.ts";
import {
  assertAtEnd,
  childrenOf,
  openElement,
  readAscii,
  readBoolean,
  readOnly,
  readUnsigned,
  takeAny,
  takeOptional,
} from "../der/read.ts";
import type { Element } from "../der/read.ts";
import { constructedTag, primitiveTag, tags } from "../der/tag.ts";
import { constructed, integer, primitive, sequence } from "../der/write.ts";
import { PkiError } from "../error.ts";
import { encodeExtension } from "../extension.ts";
import { toHex } from "../hex.ts";
import { oids } from "../oids.ts";

/** Which certificates a list is about, when it is not about all of its issuer (RFC 5280 5.2.5). */
export type IssuingDistributionPoint = {
  /** Byte for byte the address in the certificates' cRLDistributionPoints (6.3.3 b 2 i). */
  url: string;
  onlyContains: "userCerts" | "cACerts" | null;
};

/** What a list read from others may say; what we never write is here to be refused by name. */
export type ParsedDistributionPoint = {
  urls: string[];
  onlyContains: ("userCerts" | "cACerts" | "attributeCerts")[];
  hasOnlySomeReasons: boolean;
  isIndirect: boolean;
};

const trueContent = Uint8Array.of(0xff);

/** The extension, critical as 5.2.5 demands. @throws PkiError `template-invalid` for other than a plain http address */
export function encodeIssuingDistributionPoint({ url, onlyContains }: IssuingDistributionPoint): Uint8Array {
  const name = constructed(0, constructed(0, primitive(6, httpOctets(url, "the CRL address"))));
  const scope = onlyContains === null ? [] : [primitive(onlyContains === "userCerts" ? 1 : 2, trueContent)];
  return encodeExtension(oids.issuingDistributionPoint, true, sequence(name, ...scope));
}

/** @throws PkiError `der-invalid`; also for the empty SEQUENCE, which 5.2.5 forbids, and defaults that are encoded */
export function parseIssuingDistributionPoint(der: Uint8Array): ParsedDistributionPoint {
  const fields = openElement(readOnly(der, tags.sequence, "issuingDistributionPoint"));
  const name = takeOptional(fields, constructedTag(0), "distributionPoint");
  const user = takeFlag(takeOptional(fields, primitiveTag(1), "onlyContainsUserCerts"));
  const authority = takeFlag(takeOptional(fields, primitiveTag(2), "onlyContainsCACerts"));
  const reasons = takeOptional(fields, primitiveTag(3), "onlySomeReasons");
  const isIndirect = takeFlag(takeOptional(fields, primitiveTag(4), "indirectCRL"));
  const attribute = takeFlag(takeOptional(fields, primitiveTag(5), "onlyContainsAttributeCerts"));
  assertAtEnd(fields, "issuingDistributionPoint");
  if (fields.offset === 2) throw new PkiError("der-invalid", "issuingDistributionPoint is empty");
  return {
    urls: name === null ? [] : readFullName(name),
    onlyContains: [
      ...(user ? (["userCerts"] as const) : []),
      ...(authority ? (["cACerts"] as const) : []),
      ...(attribute ? (["attributeCerts"] as const) : []),
    ],
    hasOnlySomeReasons: reasons !== null,
    isIndirect,
  };
}

function takeFlag(flag: Element | null): boolean {
  if (flag === null) return false;
  const isSet = readBoolean({ ...flag, tag: tags.boolean }, "a flag of issuingDistributionPoint");
  if (!isSet) throw new PkiError("der-invalid", "issuingDistributionPoint encodes a default");
  return isSet;
}

function readFullName(name: Element): string[] {
  const choice = openElement(name);
  const fullName = takeAny(choice, "distributionPoint");
  assertAtEnd(choice, "distributionPoint");
  if (fullName.tag !== constructedTag(0)) return [];
  return childrenOf(fullName, "a name")
    .filter(({ tag }) => tag === primitiveTag(6))
    .map((uri) => readAscii(uri, "an address"));
}

/** deltaCRLIndicator, critical: whoever does not know deltas must not take one for the whole (5.2.4). */
export function encodeDeltaIndicator(baseNumber: bigint): Uint8Array {
  return encodeExtension(oids.deltaCRLIndicator, true, integer(baseNumber));
}

/** freshestCRL, where the deltas of this list are; not critical (5.2.6). @throws PkiError `template-invalid` */
export function encodeFreshestCrl(url: string): Uint8Array {
  return encodeExtension(oids.freshestCRL, false, encodeCrlDistributionPoints(url));
}

/** A CRLNumber or BaseCRLNumber. @throws PkiError `der-invalid`; also above 20 octets (5.2.3) */
export function parseCrlNumber(der: Uint8Array, what: string): bigint {
  const octets = readUnsigned(readOnly(der, tags.integer, what), what);
  if (octets.length > 20) throw new PkiError("der-invalid", `${what} is too long`);
  return BigInt(`0x${toHex(octets)}`);
}
