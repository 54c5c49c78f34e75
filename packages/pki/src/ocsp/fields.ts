import { assertAlgorithmForm } from "../der/common-forms.ts";
import { checkStrictDer } from "../der/gate.ts";
import {
  assertAtEnd,
  childrenOf,
  contentOf,
  derOf,
  openElement,
  readBitStringOctets,
  readElement,
  readObjectIdentifier,
  readOnly,
  readSmallInteger,
  take,
  takeAny,
  takeOptional,
} from "../der/read.ts";
import type { Element } from "../der/read.ts";
import { constructedTag, tags } from "../der/tag.ts";
import { PkiError } from "../error.ts";
import { readExtensions } from "../extension.ts";
import type { Extension } from "../extension.ts";
import { oids } from "../oids.ts";
import { readCertId } from "./cert-id.ts";
import type { CertId } from "./cert-id.ts";

export type SingleResponseFields = {
  certId: CertId;
  /** [0] good, [1] revoked, [2] unknown */
  certStatus: Element;
  thisUpdate: Element;
  nextUpdate: Element | null;
  extensions: Extension[];
};

/** A BasicOCSPResponse taken apart without judging it: what both `parseOcspResponse` and the lint rules look at. */
export type OcspFields = {
  tbsDer: Uint8Array;
  /** The choice as it is: [1] byName, [2] byKey */
  responderId: Element;
  producedAt: Element;
  responses: SingleResponseFields[];
  extensions: Extension[];
  signatureAlgorithmDer: Uint8Array;
  signature: Uint8Array;
  certificates: Uint8Array[];
};

function fail(detail: string): never {
  throw new PkiError("der-invalid", detail);
}

/**
 * The outer OCSPResponse (RFC 6960 4.2.1): its status code, and the BasicOCSPResponse in it when there is one.
 * @throws PkiError `der-invalid`; also for other response types than id-pkix-ocsp-basic
 */
export function readOcspEnvelope(der: Uint8Array): { code: number; basicDer: Uint8Array | null } {
  checkStrictDer(der);
  const outer = openElement(readOnly(der, tags.sequence, "the response"));
  const code = readSmallInteger(take(outer, tags.enumerated, "responseStatus"), "responseStatus");
  const wrapper = takeOptional(outer, constructedTag(0), "responseBytes");
  assertAtEnd(outer, "the response");
  if (wrapper === null) return { code, basicDer: null };
  const inner = openElement(readInner(wrapper, "responseBytes", tags.sequence));
  const type = readObjectIdentifier(take(inner, tags.objectIdentifier, "responseType"), "responseType");
  if (type !== oids.ocspBasic) fail(`the response is of the unknown type ${type}`);
  const basicDer = contentOf(take(inner, tags.octetString, "the response"));
  assertAtEnd(inner, "responseBytes");
  return { code, basicDer };
}

/** Structure of a BasicOCSPResponse after the strict DER gate, and nothing more. @throws PkiError `der-invalid` */
export function readBasicFields(basicDer: Uint8Array): OcspFields {
  checkStrictDer(basicDer);
  const outer = openElement(readOnly(basicDer, tags.sequence, "the basic response"));
  const data = take(outer, tags.sequence, "tbsResponseData");
  const algorithm = take(outer, tags.sequence, "the signature algorithm");
  const signature = readBitStringOctets(take(outer, tags.bitString, "the signature"), "the signature");
  const certificates = takeOptional(outer, constructedTag(0), "the certificates");
  assertAtEnd(outer, "the basic response");
  assertAlgorithmForm(algorithm, "the signature algorithm");

  const fields = openElement(data);
  if (takeOptional(fields, constructedTag(0), "the version") !== null)
    fail("the response encodes the default version, or is not version 1");
  const responderId = takeAny(fields, "responderID");
  const producedAt = take(fields, tags.generalizedTime, "producedAt");
  const responses = childrenOf(take(fields, tags.sequence, "responses"), "a single response");
  const extensions = readExtensionList(takeOptional(fields, constructedTag(1), "responseExtensions"));
  assertAtEnd(fields, "tbsResponseData");
  return {
    tbsDer: derOf(data),
    responderId,
    producedAt,
    responses: responses.map(readSingleResponse),
    extensions,
    signatureAlgorithmDer: derOf(algorithm),
    signature,
    certificates: certificates === null ? [] : readCertificates(certificates),
  };
}

function readSingleResponse(response: Element): SingleResponseFields {
  if (response.tag !== tags.sequence) fail("a single response is not a SEQUENCE");
  const fields = openElement(response);
  const certId = readCertId(take(fields, tags.sequence, "a CertID"));
  const certStatus = takeAny(fields, "certStatus");
  const thisUpdate = take(fields, tags.generalizedTime, "thisUpdate");
  const nextUpdate = takeOptional(fields, constructedTag(0), "nextUpdate");
  const extensions = readExtensionList(takeOptional(fields, constructedTag(1), "singleExtensions"));
  assertAtEnd(fields, "a single response");
  return {
    certId,
    certStatus,
    thisUpdate,
    nextUpdate: nextUpdate && readInner(nextUpdate, "nextUpdate", tags.generalizedTime),
    extensions,
  };
}

function readExtensionList(wrapper: Element | null): Extension[] {
  return wrapper === null ? [] : readExtensions(readInner(wrapper, "the extensions", tags.sequence));
}

function readCertificates(wrapper: Element): Uint8Array[] {
  const list = readInner(wrapper, "the certificates", tags.sequence);
  return childrenOf(list, "a certificate").map(derOf);
}

/** The one element inside an explicit tag, of this type if one is given. @throws PkiError `der-invalid` */
export function readInner(wrapper: Element, what: string, tag?: number): Element {
  const inner = readElement(wrapper.bytes, wrapper.contentStart, wrapper.end);
  if (inner.end !== wrapper.end) fail(`bytes after ${what}`);
  if (tag !== undefined && inner.tag !== tag) fail(`${what} has the wrong type`);
  return inner;
}
