import { createHash } from "node:crypto";

import { DomainError } from "@fieldseal/core/errors";
import { PkiError } from "@fieldseal/pki/error";
import { type CertIdIssuer, isOfIssuer } from "@fieldseal/pki/ocsp/cert-id";
import { type ParsedOcspRequest, parseOcspRequest } from "@fieldseal/pki/ocsp/request";
import { buildOcspError, buildOcspResponse, type OcspResponder } from "@fieldseal/pki/ocsp/response";
import type { OcspCertStatus, OcspError } from "@fieldseal/pki/ocsp/status";

import { emptyResponse, type ProtocolRequest, type ProtocolResponse, textResponse } from "../message.ts";

/** An authority that this responder speaks for, with the delegate that the authority itself certified. */
export type OcspIssuer = { authorityId: string; certIdIssuer: CertIdIssuer; responder: OcspResponder };

export type OcspDeps = {
  listIssuers: () => Promise<readonly OcspIssuer[]>;
  findStatuses: (authorityId: string, serialNumbers: readonly Uint8Array[]) => Promise<readonly OcspCertStatus[]>;
  now: () => Date;
  reportFault: (error: unknown) => string;
};

const maxCertIds = 100;
const minuteMs = 60_000;
/** How long an answer may be believed; a cached one is asked for again after `maxAgeSeconds`. */
const validityMs = 60 * minuteMs;
const maxAgeSeconds = 300;

const root = "/ocsp";

/**
 * DER of the request: the body of a POST, or base64 behind the path of a GET, percent-encoded or not (RFC 6960 A.1,
 * protocols.md O2). Null when it is neither.
 */
export function decodeOcspRequest(request: ProtocolRequest): Uint8Array | null {
  if (request.method === "POST") return request.body;
  const encoded = request.path.slice(root.length).replace(/^\//, "");
  let text: string;
  try {
    text = decodeURIComponent(encoded);
  } catch {
    return null;
  }
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? new Uint8Array(Buffer.from(text, "base64")) : null;
}

type Answered = { der: Uint8Array; thisUpdate: Date; nextUpdate: Date };

async function answer(deps: OcspDeps, request: ParsedOcspRequest): Promise<Answered | OcspError> {
  const issuers = await deps.listIssuers();
  if (issuers.length === 0) return "tryLater";
  const [first] = request.certIds;
  const issuer = first && issuers.find(({ certIdIssuer }) => isOfIssuer(first, certIdIssuer));
  // One delegate signs one answer, and answers for its own authority only (O5).
  if (
    !issuer ||
    request.certIds.length > maxCertIds ||
    !request.certIds.every((id) => isOfIssuer(id, issuer.certIdIssuer))
  )
    return "unauthorized";
  const statuses = await deps.findStatuses(
    issuer.authorityId,
    request.certIds.map(({ serialNumber }) => serialNumber),
  );
  const thisUpdate = new Date(Math.floor(deps.now().getTime() / 1000) * 1000);
  const nextUpdate = new Date(thisUpdate.getTime() + validityMs);
  const responses = request.certIds.map((certId, i) => ({
    certId,
    status: statuses[i] ?? { status: "unknown" as const },
  }));
  const der = buildOcspResponse({
    responder: issuer.responder,
    responses,
    thisUpdate,
    nextUpdate,
    producedAt: thisUpdate,
    nonce: request.nonce,
  });
  return { der, thisUpdate, nextUpdate };
}

const type = ["Content-Type", "application/ocsp-response"] as const;

/** Protocol errors are OCSP statuses inside HTTP 200, and nobody may keep them (O1, O11). */
function refuse(error: OcspError): ProtocolResponse {
  return { status: 200, headers: [type, ["Cache-Control", "no-store"]], body: buildOcspError(error) };
}

function respond(
  request: ProtocolRequest,
  { der, thisUpdate, nextUpdate }: Answered,
  hasNonce: boolean,
): ProtocolResponse {
  const isCacheable = request.method !== "POST" && !hasNonce;
  const caching: [string, string][] = isCacheable
    ? [
        ["ETag", `"${createHash("sha256").update(der).digest("hex")}"`],
        ["Last-Modified", thisUpdate.toUTCString()],
        ["Expires", nextUpdate.toUTCString()],
        ["Cache-Control", `max-age=${maxAgeSeconds}, public, no-transform, must-revalidate`],
      ]
    : [["Cache-Control", "no-store"]];
  return { status: 200, headers: [type, ...caching], body: der };
}

/** OCSP (RFC 6960, RFC 5019) over GET and POST, signed live by a delegate of the authority that is asked about. */
export function createOcspHandler(deps: OcspDeps) {
  return async (request: ProtocolRequest): Promise<ProtocolResponse> => {
    if (!["GET", "HEAD", "POST"].includes(request.method)) return emptyResponse(405, [["Allow", "GET, HEAD, POST"]]);
    const contentType = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
    if (request.method === "POST" && contentType !== "application/ocsp-request")
      return textResponse(415, "Send the request with Content-Type: application/ocsp-request.");
    try {
      const der = decodeOcspRequest(request);
      if (!der) return refuse("malformedRequest");
      const parsed = parseOcspRequest(der);
      const answered = await answer(deps, parsed);
      return typeof answered === "string" ? refuse(answered) : respond(request, answered, parsed.nonce !== null);
    } catch (error) {
      if (error instanceof PkiError && error.code === "ocsp-request-malformed") return refuse("malformedRequest");
      if (error instanceof DomainError && ["records-unavailable", "busy"].includes(error.code))
        return refuse("tryLater");
      deps.reportFault(error);
      return refuse("internalError");
    }
  };
}
