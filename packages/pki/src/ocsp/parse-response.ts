import { parseCertificate } from "../certificate/parse.ts";
import { checkStrictDer } from "../der/gate.ts";
import {
  assertAtEnd,
  contentOf,
  derOf,
  openElement,
  readOnly,
  readSmallInteger,
  readTime,
  take,
  takeOptional,
} from "../der/read.ts";
import type { Element } from "../der/read.ts";
import { constructedTag, primitiveTag, tags } from "../der/tag.ts";
import { asFault, PkiError } from "../error.ts";
import { assertNoDuplicates, findExtension } from "../extension.ts";
import type { Extension } from "../extension.ts";
import { oids } from "../oids.ts";
import type { CertId } from "./cert-id.ts";
import { readBasicFields, readInner, readOcspEnvelope } from "./fields.ts";
import type { SingleResponseFields } from "./fields.ts";
import { readNonce } from "./nonce.ts";
import { findOcspResponseStatus } from "./status.ts";
import type { OcspCertStatus, OcspResponseStatus } from "./status.ts";

export type ResponderId = { byName: Uint8Array } | { byKey: Uint8Array };

export type SingleResponse = {
  certId: CertId;
  status: OcspCertStatus;
  thisUpdate: Date;
  nextUpdate: Date;
  archiveCutoff: Date | null;
};

/** The content of a successful OCSPResponse. Byte fields are views into `der`. */
export type OcspAnswer = {
  status: "successful";
  tbsDer: Uint8Array;
  responderId: ResponderId;
  producedAt: Date;
  responses: SingleResponse[];
  nonce: Uint8Array | null;
  signatureAlgorithmDer: Uint8Array;
  signature: Uint8Array;
  certificates: Uint8Array[];
};

export type ParsedOcspResponse = OcspAnswer | { status: Exclude<OcspResponseStatus, "successful"> };

/**
 * Reads an OCSPResponse (RFC 6960 4.2.1) after the strict DER gate; nothing is verified (`verifyOcspResponse`). A
 * response without nextUpdate is refused, since nobody could say when it stops being true (RFC 5019 2.2.4).
 * @throws PkiError `ocsp-response-malformed`; also for unknown critical extensions
 */
export function parseOcspResponse(der: Uint8Array): ParsedOcspResponse {
  return asFault("ocsp-response-malformed", () => {
    const { code, basicDer } = readOcspEnvelope(der);
    const status = findOcspResponseStatus(code) ?? refuse(`the response has the unknown status ${code}`);
    if (status !== "successful") {
      if (basicDer !== null) refuse("a response that is not successful has content");
      return { status };
    }
    return basicDer === null ? refuse("a successful response has no content") : readAnswer(basicDer);
  });
}

function refuse(detail: string): never {
  throw new PkiError("ocsp-response-malformed", detail);
}

function readAnswer(basicDer: Uint8Array): OcspAnswer {
  const fields = readBasicFields(basicDer);
  if (fields.responses.length === 0) refuse("the response answers no certificate");
  for (const certificate of fields.certificates) parseCertificate(certificate); // a bad one is found now, not later
  assertKnown(fields.extensions, [oids.ocspNonce]);
  return {
    status: "successful",
    tbsDer: fields.tbsDer,
    responderId: readResponderId(fields.responderId),
    producedAt: readTime(fields.producedAt, "producedAt"),
    responses: fields.responses.map(readSingle),
    nonce: readNonce(fields.extensions),
    signatureAlgorithmDer: fields.signatureAlgorithmDer,
    signature: fields.signature,
    certificates: fields.certificates,
  };
}

function assertKnown(extensions: readonly Extension[], known: readonly string[]): void {
  assertNoDuplicates(extensions);
  const unknown = extensions.find(({ oid, critical }) => critical && !known.includes(oid));
  if (unknown) refuse(`the response has the unknown critical extension ${unknown.oid}`);
}

/** RFC 6960 4.2.1: explicit tags, so byKey holds an OCTET STRING. @throws PkiError `der-invalid` */
export function readResponderId(choice: Element): ResponderId {
  const inner = readInner(choice, "responderID");
  if (choice.tag === constructedTag(1) && inner.tag === tags.sequence) return { byName: derOf(inner) };
  if (choice.tag === constructedTag(2) && inner.tag === tags.octetString && contentOf(inner).length === 20)
    return { byKey: contentOf(inner) };
  throw new PkiError("der-invalid", "responderID is neither a name nor a hash of a key");
}

function readSingle(single: SingleResponseFields): SingleResponse {
  if (single.nextUpdate === null) return refuse("a response has no nextUpdate");
  assertKnown(single.extensions, [oids.ocspArchiveCutoff]);
  const cutoff = findExtension(single.extensions, oids.ocspArchiveCutoff);
  return {
    certId: single.certId,
    status: readCertStatus(single.certStatus),
    thisUpdate: readTime(single.thisUpdate, "thisUpdate"),
    nextUpdate: readTime(single.nextUpdate, "nextUpdate"),
    archiveCutoff: cutoff && readCutoff(cutoff.valueDer),
  };
}

function readCutoff(valueDer: Uint8Array): Date {
  checkStrictDer(valueDer);
  return readTime(readOnly(valueDer, tags.generalizedTime, "the archive cutoff"), "the archive cutoff");
}

/** @throws PkiError `der-invalid`, `ocsp-response-malformed` */
export function readCertStatus(element: Element): OcspCertStatus {
  const isEmpty = contentOf(element).length === 0;
  if (element.tag === primitiveTag(0) && isEmpty) return { status: "good" };
  if (element.tag === primitiveTag(2) && isEmpty) return { status: "unknown" };
  if (element.tag !== constructedTag(1)) return refuse("certStatus is none of good, revoked and unknown");
  const fields = openElement(element);
  const revokedAt = readTime(take(fields, tags.generalizedTime, "revocationTime"), "revocationTime");
  const reason = takeOptional(fields, constructedTag(0), "revocationReason");
  assertAtEnd(fields, "certStatus");
  return { status: "revoked", revokedAt, reasonCode: reason && readReason(reason) };
}

function readReason(wrapper: Element): number {
  return readSmallInteger(readInner(wrapper, "revocationReason", tags.enumerated), "revocationReason");
}
