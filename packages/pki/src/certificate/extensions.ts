import {
  assertAtEnd,
  childrenOf,
  contentOf,
  openElement,
  readAscii,
  readBoolean,
  readObjectIdentifier,
  readOnly,
  readSmallInteger,
  take,
  takeOptional,
  takeAny,
} from "../der/read.ts";
import type { Element } from "../der/read.ts";
import { constructedTag, primitiveTag, tags } from "../der/tag.ts";
import {
  asciiOctets,
  boolean,
  constructed,
  integer,
  objectIdentifier,
  octetString,
  primitive,
  sequence,
} from "../der/write.ts";
import { PkiError } from "../error.ts";
import { oids } from "../oids.ts";
import { isValidUri } from "../subject-alt-name.ts";

/*
 * Values of the certificate extensions of RFC 5280 4.2 that we write. Each pair encodes and parses one.
 * All parsers throw PkiError `der-invalid`.
 */

export type BasicConstraints = { ca: boolean; pathLen: number | null };

/** 4.2.1.9; CA:FALSE is an empty SEQUENCE, because FALSE is the default. */
export function encodeBasicConstraints({ ca, pathLen }: BasicConstraints): Uint8Array {
  if (!ca) return sequence();
  return pathLen === null ? sequence(boolean(true)) : sequence(boolean(true), integer(pathLen));
}

export function parseBasicConstraints(der: Uint8Array): BasicConstraints {
  const fields = openElement(readOnly(der, tags.sequence, "basicConstraints"));
  const flag = takeOptional(fields, tags.boolean, "cA");
  const ca = flag !== null && readBoolean(flag, "cA");
  if (flag !== null && !ca) throw new PkiError("der-invalid", "basicConstraints encodes the default of cA");
  const length = takeOptional(fields, tags.integer, "pathLenConstraint");
  assertAtEnd(fields, "basicConstraints");
  if (length !== null && !ca) throw new PkiError("der-invalid", "pathLenConstraint without cA");
  return { ca, pathLen: length && readSmallInteger(length, "pathLenConstraint") };
}

/** 4.2.1.2 */
export function encodeSubjectKeyIdentifier(keyIdentifier: Uint8Array): Uint8Array {
  return octetString(keyIdentifier);
}

export function parseSubjectKeyIdentifier(der: Uint8Array): Uint8Array {
  return contentOf(readOnly(der, tags.octetString, "subjectKeyIdentifier"));
}

/** 4.2.1.1, key identifier only: issuer and serial number would break when the authority's certificate is renewed. */
export function encodeAuthorityKeyIdentifier(keyIdentifier: Uint8Array): Uint8Array {
  return sequence(primitive(0, keyIdentifier));
}

/** The key identifier, or null when the extension names the issuer in another way only. */
export function parseAuthorityKeyIdentifier(der: Uint8Array): Uint8Array | null {
  const fields = openElement(readOnly(der, tags.sequence, "authorityKeyIdentifier"));
  const keyIdentifier = takeOptional(fields, primitiveTag(0), "keyIdentifier");
  const issuer = takeOptional(fields, constructedTag(1), "authorityCertIssuer");
  const serialNumber = takeOptional(fields, primitiveTag(2), "authorityCertSerialNumber");
  assertAtEnd(fields, "authorityKeyIdentifier");
  if ((issuer === null) !== (serialNumber === null))
    throw new PkiError("der-invalid", "authorityKeyIdentifier has only one of issuer and serial number");
  return keyIdentifier && contentOf(keyIdentifier);
}

/** @throws PkiError `template-invalid` unless an absolute http address without query (protocols.md 2.1, hosting) */
export function httpOctets(url: string, what: string): Uint8Array {
  if (!isHttpUrl(url)) throw new PkiError("template-invalid", `${what} must be a plain http address`);
  return asciiOctets(url, what);
}

/** An absolute http URL: fetching a CRL over https would need a CRL (RFC 5280 section 8). */
export function isHttpUrl(text: string): boolean {
  return isValidUri(text) && /^http:\/\/[^/?#@]+\/[^?#]*$/.test(text);
}

/** 4.2.1.13: one DistributionPoint with a fullName URI. */
export function encodeCrlDistributionPoints(url: string): Uint8Array {
  const name = primitive(6, httpOctets(url, "the CRL address"));
  return sequence(sequence(constructed(0, constructed(0, name))));
}

/** The URIs of all distribution points; other kinds of names are passed over. */
export function parseCrlDistributionPoints(der: Uint8Array): string[] {
  const points = childrenOf(readOnly(der, tags.sequence, "cRLDistributionPoints"), "a distribution point");
  if (points.length === 0) throw new PkiError("der-invalid", "cRLDistributionPoints is empty");
  return points.flatMap(readDistributionPoint);
}

function readDistributionPoint(point: Element): string[] {
  if (point.tag !== tags.sequence) throw new PkiError("der-invalid", "a distribution point is not a SEQUENCE");
  const fields = openElement(point);
  const name = takeOptional(fields, constructedTag(0), "distributionPoint");
  takeOptional(fields, primitiveTag(1), "reasons");
  takeOptional(fields, constructedTag(2), "cRLIssuer");
  assertAtEnd(fields, "a distribution point");
  if (name === null) return [];
  const choice = openElement(name);
  const fullName = takeAny(choice, "distributionPoint");
  assertAtEnd(choice, "distributionPoint");
  return fullName.tag === constructedTag(0) ? readUris(fullName) : [];
}

function readUris(names: Element): string[] {
  return childrenOf(names, "a name")
    .filter((name) => name.tag === primitiveTag(6))
    .map((name) => readAscii(name, "an address"));
}

const ocspMethod = objectIdentifier(oids.ocsp);
const caIssuersMethod = objectIdentifier(oids.caIssuers);

/** 4.2.2.1: OCSP first, then caIssuers; null when there is nothing to say. */
export function encodeAuthorityInfoAccess(urls: { ocsp: string | null; caIssuers: string | null }): Uint8Array | null {
  const descriptions: Uint8Array[] = [];
  if (urls.ocsp !== null) descriptions.push(encodeAccess(ocspMethod, httpOctets(urls.ocsp, "the OCSP address")));
  if (urls.caIssuers !== null)
    descriptions.push(encodeAccess(caIssuersMethod, httpOctets(urls.caIssuers, "the CA certificate address")));
  return descriptions.length === 0 ? null : sequence(...descriptions);
}

function encodeAccess(method: Uint8Array, url: Uint8Array): Uint8Array {
  return sequence(method, primitive(6, url));
}

export function parseAuthorityInfoAccess(der: Uint8Array): { ocspUrls: string[]; caIssuersUrls: string[] } {
  const descriptions = childrenOf(readOnly(der, tags.sequence, "authorityInfoAccess"), "an access description");
  if (descriptions.length === 0) throw new PkiError("der-invalid", "authorityInfoAccess is empty");
  const ocspUrls: string[] = [];
  const caIssuersUrls: string[] = [];
  for (const description of descriptions) {
    const access = readAccess(description);
    if (access.url === null) continue;
    if (access.method === oids.ocsp) ocspUrls.push(access.url);
    if (access.method === oids.caIssuers) caIssuersUrls.push(access.url);
  }
  return { ocspUrls, caIssuersUrls };
}

function readAccess(description: Element): { method: string; url: string | null } {
  if (description.tag !== tags.sequence) throw new PkiError("der-invalid", "an access description is not a SEQUENCE");
  const fields = openElement(description);
  const method = readObjectIdentifier(take(fields, tags.objectIdentifier, "an access method"), "an access method");
  const location = takeAny(fields, "an access location");
  assertAtEnd(fields, "an access description");
  return { method, url: location.tag === primitiveTag(6) ? readAscii(location, "an address") : null };
}
