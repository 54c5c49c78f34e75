import { parseCertificate } from "../certificate/parse.ts";
import type { ParsedCertificate } from "../certificate/parse.ts";
import { verifyIssuedBy } from "../certificate/verify.ts";
import { PkiError } from "../error.ts";
import { equalBytes } from "../hex.ts";
import { keyIdentifierOf } from "../key-identifier.ts";
import { verifySignature } from "../signer.ts";
import { createCertIdIssuer, isOfIssuer } from "./cert-id.ts";
import type { OcspAnswer, ResponderId } from "./parse-response.ts";

function refuse(detail: string): never {
  throw new PkiError("ocsp-responder-mismatch", detail);
}

/**
 * Verifies an answer about certificates of this issuer (RFC 6960 3.2): every entry is about it; the signer is the issuer
 * itself or a delegate that this very key issued for OCSPSigning (4.2.2.2) and that is valid now; the signature; the
 * times; the nonce, if one was sent and one came back. An answer without nonce passes, as pre-signed ones have none
 * (RFC 9654 2.1): whoever insists looks at `answer.nonce`. Whether the entries are those that were asked for is up to
 * the caller.
 * @throws PkiError `ocsp-responder-mismatch`, `ocsp-signature-invalid`, `ocsp-response-stale`, `ocsp-nonce-mismatch`;
 *   `certificate-…` for a delegate that is malformed or not of this issuer
 */
export function verifyOcspResponse(
  answer: OcspAnswer,
  input: { issuer: ParsedCertificate; now: Date; nonce: Uint8Array | null },
): void {
  const { issuer, now, nonce } = input;
  const hashes = createCertIdIssuer(issuer);
  if (!answer.responses.every(({ certId }) => isOfIssuer(certId, hashes)))
    refuse("the response is about certificates of another issuer");
  const { spkiDer } = getResponder(answer, issuer, now);
  const { signatureAlgorithmDer, tbsDer: tbs, signature } = answer;
  if (!verifySignature({ spkiDer, signatureAlgorithmDer, tbs, signature }))
    throw new PkiError("ocsp-signature-invalid", "the response is not signed by its responder");
  assertCurrent(answer, now);
  if (nonce !== null && answer.nonce !== null && !equalBytes(nonce, answer.nonce))
    throw new PkiError("ocsp-nonce-mismatch", "the response has another nonce than the request");
}

function getResponder(answer: OcspAnswer, issuer: ParsedCertificate, now: Date): ParsedCertificate {
  if (isNamed(answer.responderId, issuer)) return issuer;
  const delegate = answer.certificates
    .map(parseCertificate)
    .find((certificate) => isNamed(answer.responderId, certificate));
  if (delegate === undefined) return refuse("the response does not hold the certificate of its responder");
  verifyIssuedBy(delegate, issuer);
  if (!delegate.extKeyUsage.includes("ocspSigning")) refuse("the responder may not sign OCSP responses");
  if (delegate.keyUsage !== null && !delegate.keyUsage.includes("digitalSignature"))
    refuse("the key of the responder may not sign");
  if (now.getTime() < delegate.notBefore.getTime() || now.getTime() > delegate.notAfter.getTime())
    refuse("the certificate of the responder is not valid now");
  return delegate;
}

function isNamed(responderId: ResponderId, certificate: ParsedCertificate): boolean {
  return "byKey" in responderId
    ? equalBytes(responderId.byKey, keyIdentifierOf(certificate.spkiDer))
    : equalBytes(responderId.byName, certificate.subjectDer);
}

/** Clocks of clients and responders differ a little; JDK tolerates some minutes too (protocols.md O7). */
const skewMilliseconds = 5 * 60_000;

function assertCurrent(answer: OcspAnswer, now: Date): void {
  for (const { thisUpdate, nextUpdate } of answer.responses) {
    if (thisUpdate.getTime() > now.getTime() + skewMilliseconds)
      throw new PkiError("ocsp-response-stale", "the response is from the future");
    if (nextUpdate.getTime() <= now.getTime()) throw new PkiError("ocsp-response-stale", "the response has run out");
  }
}
