import { checkStrictDer } from "../der/gate.ts";
import {
  assertAtEnd,
  childrenOf,
  contentOf,
  derOf,
  openElement,
  readObjectIdentifier,
  readOnly,
  readSmallInteger,
  take,
  takeAny,
  takeOptional,
} from "../der/read.ts";
import type { Element } from "../der/read.ts";
import { constructedTag, tags } from "../der/tag.ts";
import { constructed, integer, objectIdentifier, sequence, setOf } from "../der/write.ts";
import { asFault, PkiError } from "../error.ts";
import { oids } from "../oids.ts";

const emptySet = setOf();
const noContent = sequence(objectIdentifier(oids.data));

/**
 * A certs-only message (RFC 5272 4.1, RFC 8951 3.2.1): degenerate SignedData of RFC 5652 5.1, version 1, without
 * content, signers and CRLs. The certificates keep their order, because some clients take the first one.
 */
export function encodeCertsOnly(certificates: readonly Uint8Array[]): Uint8Array {
  const signedData = sequence(integer(1), emptySet, noContent, constructed(0, ...certificates), emptySet);
  return sequence(objectIdentifier(oids.signedData), constructed(0, signedData));
}

/**
 * The certificates of a certs-only message, in their order and unread. Signers, CRLs and content are refused.
 * @throws PkiError `cms-malformed`
 */
export function parseCertsOnly(der: Uint8Array): Uint8Array[] {
  return asFault("cms-malformed", () => {
    checkStrictDer(der, { maxElements: 20_000 });
    const outer = openElement(readOnly(der, tags.sequence, "the message"));
    assertContentType(take(outer, tags.objectIdentifier, "the content type"), oids.signedData);
    const wrapper = openElement(take(outer, constructedTag(0), "the signed data"));
    assertAtEnd(outer, "the message");
    const fields = openElement(take(wrapper, tags.sequence, "the signed data"));
    assertAtEnd(wrapper, "the signed data");
    if (readSmallInteger(take(fields, tags.integer, "the version"), "the version") !== 1) refuse("version is not 1");
    assertEmpty(take(fields, tags.set, "the digest algorithms"), "digest algorithms");
    const content = openElement(take(fields, tags.sequence, "the content"));
    assertContentType(takeAny(content, "the content type"), oids.data);
    assertAtEnd(content, "the content");
    const certificates = takeOptional(fields, constructedTag(0), "the certificates");
    const crls = takeOptional(fields, constructedTag(1), "the CRLs");
    if (crls !== null) assertEmpty(crls, "CRLs");
    assertEmpty(take(fields, tags.set, "the signers"), "signers");
    assertAtEnd(fields, "the signed data");
    return certificates === null ? [] : childrenOf(certificates, "a certificate").map(derOfCertificate);
  });
}

function refuse(detail: string): never {
  throw new PkiError("cms-malformed", detail);
}

function assertContentType(type: Element, oid: string): void {
  if (readObjectIdentifier(type, "the content type") !== oid) refuse("the message is of another type");
}

function assertEmpty(element: Element, what: string): void {
  if (contentOf(element).length > 0) refuse(`the message has ${what}`);
}

function derOfCertificate(element: Element): Uint8Array {
  if (element.tag !== tags.sequence) refuse("the message holds something that is not a certificate");
  return derOf(element);
}
