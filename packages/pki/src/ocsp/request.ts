import { assertAlgorithmForm } from "../der/common-forms.ts";
import { checkStrictDer } from "../der/gate.ts";
import {
  assertAtEnd,
  childrenOf,
  openElement,
  readBitStringOctets,
  readObjectIdentifier,
  readOnly,
  take,
  takeOptional,
} from "../der/read.ts";
import type { Element } from "../der/read.ts";
import { constructedTag, tags } from "../der/tag.ts";
import { asFault, PkiError } from "../error.ts";
import { assertNoDuplicates, findExtension, readExtensions } from "../extension.ts";
import type { Extension } from "../extension.ts";
import { oids } from "../oids.ts";
import { readCertId } from "./cert-id.ts";
import type { CertId } from "./cert-id.ts";
import { readInner } from "./fields.ts";
import { readNonce } from "./nonce.ts";

/** An OCSPRequest of RFC 6960 4.1. Byte fields are views into `der`. */
export type ParsedOcspRequest = {
  der: Uint8Array;
  /** At least one, in the order of the request; an answer keeps it. */
  certIds: CertId[];
  nonce: Uint8Array | null;
  /** Response types that the client understands (RFC 6960 4.4.3); null when it does not say. */
  acceptableResponses: string[] | null;
  /** Its signature is not looked at: what we answer is public (protocols.md O9). */
  isSigned: boolean;
};

/** More certificates than any client asks for at once; each costs the responder a look into the records. */
const maxCertIds = 100;

/**
 * Reads a request after the strict DER gate. Unknown extensions are ignored unless critical (RFC 6960 4.1.2); the nonce
 * has 1 to 128 octets (RFC 9654 2.1).
 * @throws PkiError `ocsp-request-malformed`
 */
export function parseOcspRequest(der: Uint8Array): ParsedOcspRequest {
  return asFault("ocsp-request-malformed", () => {
    checkStrictDer(der);
    const outer = openElement(readOnly(der, tags.sequence, "the request"));
    const tbs = openElement(take(outer, tags.sequence, "tbsRequest"));
    const signature = takeOptional(outer, constructedTag(0), "optionalSignature");
    assertAtEnd(outer, "the request");
    if (signature !== null) assertSignatureForm(signature);

    if (takeOptional(tbs, constructedTag(0), "the version") !== null)
      refuse("the request encodes the default version, or is not version 1");
    const requestorName = takeOptional(tbs, constructedTag(1), "requestorName");
    if (requestorName !== null) readInner(requestorName, "requestorName");
    const requests = childrenOf(take(tbs, tags.sequence, "requestList"), "a request");
    const extensions = readExtensionList(takeOptional(tbs, constructedTag(2), "requestExtensions"));
    assertAtEnd(tbs, "tbsRequest");

    if (requests.length === 0) refuse("the request asks for no certificate");
    if (requests.length > maxCertIds) refuse(`the request asks for more than ${maxCertIds} certificates`);
    return { der, certIds: requests.map(readRequest), ...readKnown(extensions), isSigned: signature !== null };
  });
}

function refuse(detail: string): never {
  throw new PkiError("ocsp-request-malformed", detail);
}

function readRequest(request: Element): CertId {
  if (request.tag !== tags.sequence) refuse("an entry of requestList is not a SEQUENCE");
  const fields = openElement(request);
  const certId = readCertId(take(fields, tags.sequence, "a CertID"));
  const extensions = readExtensionList(takeOptional(fields, constructedTag(0), "singleRequestExtensions"));
  assertAtEnd(fields, "an entry of requestList");
  const critical = extensions.find((extension) => extension.critical);
  if (critical) refuse(`an entry has the unknown critical extension ${critical.oid}`);
  return certId;
}

function readKnown(extensions: readonly Extension[]): Pick<ParsedOcspRequest, "nonce" | "acceptableResponses"> {
  const unknown = extensions.find(
    ({ oid, critical }) => critical && oid !== oids.ocspNonce && oid !== oids.ocspAcceptableResponses,
  );
  if (unknown) refuse(`the request has the unknown critical extension ${unknown.oid}`);
  const acceptable = findExtension(extensions, oids.ocspAcceptableResponses);
  return { nonce: readNonce(extensions), acceptableResponses: acceptable && readResponseTypes(acceptable.valueDer) };
}

function readResponseTypes(valueDer: Uint8Array): string[] {
  checkStrictDer(valueDer);
  const types = childrenOf(readOnly(valueDer, tags.sequence, "AcceptableResponses"), "a response type");
  if (types.length === 0) refuse("AcceptableResponses is empty");
  return types.map((type) => readObjectIdentifier(type, "a response type"));
}

function readExtensionList(wrapper: Element | null): Extension[] {
  if (wrapper === null) return [];
  const extensions = readExtensions(readInner(wrapper, "the extensions", tags.sequence));
  if (extensions.length === 0) refuse("a list of extensions is present but empty");
  assertNoDuplicates(extensions);
  return extensions;
}

/** Signature of RFC 6960 4.1.1: only its form. */
function assertSignatureForm(wrapper: Element): void {
  const fields = openElement(readInner(wrapper, "optionalSignature", tags.sequence));
  assertAlgorithmForm(take(fields, tags.sequence, "the signature algorithm"), "the signature algorithm");
  readBitStringOctets(take(fields, tags.bitString, "the signature"), "the signature");
  const certificates = takeOptional(fields, constructedTag(0), "the certificates");
  assertAtEnd(fields, "optionalSignature");
  if (certificates !== null) readInner(certificates, "the certificates", tags.sequence);
}
