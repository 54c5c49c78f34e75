import { parseCertificate } from "../certificate/parse.ts";
import { signChecked } from "../certificate/sign.ts";
import { findCrlReason } from "../crl/reason.ts";
import {
  bitString,
  constructed,
  enumerated,
  generalizedTime,
  objectIdentifier,
  octetString,
  primitive,
  sequence,
} from "../der/write.ts";
import { PkiError } from "../error.ts";
import { encodeExtension } from "../extension.ts";
import { equalBytes } from "../hex.ts";
import { keyIdentifierOf } from "../key-identifier.ts";
import { oids } from "../oids.ts";
import type { AnySigner } from "../signer.ts";
import type { CertId } from "./cert-id.ts";
import { encodeNonce } from "./nonce.ts";
import { ocspErrors } from "./status.ts";
import type { OcspCertStatus, OcspError } from "./status.ts";

declare const brand: unique symbol;
/** A delegate that was checked once; only `createOcspResponder` makes one. */
export type OcspResponder = Readonly<{
  signer: AnySigner;
  certificatesDer: Uint8Array;
  responderIdDer: Uint8Array;
}> & { readonly [brand]: "OcspResponder" };

/**
 * A delegated responder (RFC 6960 4.2.2.2): its certificate goes into every response, because without it most clients
 * fail (protocols.md O5), and its key names it (byKey, RFC 5019 2.2.1).
 * @throws PkiError `signer-mismatch` when the certificate is of another key; `ocsp-responder-mismatch` when it does not
 *   say OCSPSigning; `certificate-malformed`
 */
export function createOcspResponder(input: { signer: AnySigner; certificateDer: Uint8Array }): OcspResponder {
  const { signer, certificateDer } = input;
  const certificate = parseCertificate(certificateDer);
  if (!equalBytes(certificate.spkiDer, signer.spkiDer))
    throw new PkiError("signer-mismatch", "the certificate of the OCSP responder is of another key");
  if (!certificate.extKeyUsage.includes("ocspSigning") || !certificate.keyUsage?.includes("digitalSignature"))
    throw new PkiError("ocsp-responder-mismatch", "the certificate does not allow signing OCSP responses");
  return Object.freeze({
    signer,
    certificatesDer: constructed(0, sequence(certificateDer)),
    responderIdDer: constructed(2, octetString(keyIdentifierOf(signer.spkiDer))),
  }) as OcspResponder;
}

export type OcspContent = {
  /** One per CertID of the request, in its order. */
  responses: readonly { certId: CertId; status: OcspCertStatus }[];
  /** When the records were known to be right; the moment of reading them. */
  thisUpdate: Date;
  nextUpdate: Date;
  producedAt: Date;
  /** The request's nonce, or null when it had none (RFC 9654 2.1: none is made up). */
  nonce: Uint8Array | null;
  /** How far back expired certificates are still answered (RFC 6960 4.4.4). */
  archiveCutoff?: Date | null;
};

/**
 * A signed, successful OCSPResponse with a BasicOCSPResponse (RFC 6960 4.2.1), checked by its own signature.
 * @throws PkiError `template-invalid` for no entries, times out of order, a reason that is none; `validity-invalid` for
 *   fractions of a second; `signer-mismatch`
 */
export function buildOcspResponse(content: OcspContent & { responder: OcspResponder }): Uint8Array {
  const { signer, certificatesDer } = content.responder;
  const tbs = encodeResponseData(content, content.responder);
  const { algorithmDer, signature } = signChecked(tbs, signer);
  const basic = sequence(tbs, algorithmDer, bitString(signature), certificatesDer);
  return sequence(enumerated(0), constructed(0, sequence(basicType, octetString(basic))));
}

const basicType = objectIdentifier(oids.ocspBasic);

/** An answer without signature and content (RFC 6960 4.2.1, 2.3): what is wrong, in one number. */
export function buildOcspError(error: OcspError): Uint8Array {
  return sequence(enumerated(ocspErrors[error]));
}

function refuse(detail: string): never {
  throw new PkiError("template-invalid", detail);
}

function encodeResponseData(content: OcspContent, { responderIdDer }: OcspResponder): Uint8Array {
  const { responses, thisUpdate, nextUpdate, producedAt, nonce } = content;
  if (responses.length === 0) refuse("an OCSP response answers at least one certificate");
  if (nextUpdate.getTime() <= thisUpdate.getTime()) refuse("nextUpdate must be after thisUpdate");
  if (producedAt.getTime() < thisUpdate.getTime() || producedAt.getTime() >= nextUpdate.getTime())
    refuse("producedAt must be from thisUpdate to before nextUpdate");
  const times = [generalizedTime(thisUpdate), constructed(0, generalizedTime(nextUpdate))];
  const tail = [...times, ...encodeSingleExtensions(content.archiveCutoff ?? null)];
  return sequence(
    responderIdDer,
    generalizedTime(producedAt),
    sequence(...responses.map(({ certId, status }) => sequence(certId.der, encodeStatus(status), ...tail))),
    ...(nonce === null ? [] : [constructed(1, sequence(encodeNonce(nonce)))]),
  );
}

function encodeSingleExtensions(archiveCutoff: Date | null): Uint8Array[] {
  if (archiveCutoff === null) return [];
  return [constructed(1, sequence(encodeExtension(oids.ocspArchiveCutoff, false, generalizedTime(archiveCutoff))))];
}

const good = primitive(0, new Uint8Array());
const unknown = primitive(2, new Uint8Array());

/** As on the CRL, unspecified is written by leaving the reason out (RFC 5280 5.3.1). */
function encodeStatus(status: OcspCertStatus): Uint8Array {
  switch (status.status) {
    case "good":
      return good;
    case "unknown":
      return unknown;
    case "revoked": {
      const { revokedAt, reasonCode } = status;
      if (reasonCode === null || reasonCode === 0) return constructed(1, generalizedTime(revokedAt));
      if (findCrlReason(reasonCode) === null) refuse(`reason code ${reasonCode} does not belong into a response`);
      return constructed(1, generalizedTime(revokedAt), constructed(0, enumerated(reasonCode)));
    }
  }
}
