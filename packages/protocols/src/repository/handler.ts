import { createHash } from "node:crypto";

import { encodePem } from "@fieldseal/pki/pem";

import { emptyResponse, type ProtocolRequest, type ProtocolResponse, textResponse } from "../message.ts";

export type PublishedCrl = { authorityId: string; der: Uint8Array; thisUpdate: Date; nextUpdate: Date };

export type RepositoryDeps = {
  findCrl: (authorityId: string) => Promise<PublishedCrl | null>;
  listCrls: () => Promise<readonly PublishedCrl[]>;
  findAuthorityCertificate: (authorityId: string) => Promise<{ der: Uint8Array; notBefore: Date } | null>;
  handleOcsp: (request: ProtocolRequest) => Promise<ProtocolResponse>;
  isReady: () => Promise<boolean>;
  now: () => Date;
};

const maxAgeSeconds = 300;

type Content = { type: string; body: Uint8Array; lastModified: Date; freshUntil: Date };

/** Strong validators and a short max-age, always well before the content's own end (protocols.md 2.1 Hosting). */
function respond(request: ProtocolRequest, content: Content, now: Date): ProtocolResponse {
  const etag = `"${createHash("sha256").update(content.body).digest("hex")}"`;
  const secondsLeft = Math.floor((content.freshUntil.getTime() - now.getTime()) / 2000);
  const headers: [string, string][] = [
    ["Content-Type", content.type],
    ["ETag", etag],
    ["Last-Modified", content.lastModified.toUTCString()],
    ["Cache-Control", `public, max-age=${Math.max(0, Math.min(maxAgeSeconds, secondsLeft))}, no-transform`],
  ];
  const matches = (request.headers["if-none-match"] ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  const since = Date.parse(request.headers["if-modified-since"] ?? "");
  const lastModifiedSeconds = Math.floor(content.lastModified.getTime() / 1000) * 1000;
  const unchanged =
    request.headers["if-none-match"] === undefined ? lastModifiedSeconds <= since : matches.includes(etag);
  return unchanged ? emptyResponse(304, headers) : { status: 200, headers, body: content.body };
}

/** Every published list in one PEM file: brokers and OpenSSL's crl_check_all need the list of each authority. */
function bundle(crls: readonly PublishedCrl[]): Content {
  const times = crls.map(({ thisUpdate }) => thisUpdate.getTime());
  return {
    type: "application/x-pem-file",
    body: new TextEncoder().encode(crls.map(({ der }) => encodePem("X509 CRL", der)).join("")),
    lastModified: new Date(Math.max(...times)),
    freshUntil: new Date(Math.min(...crls.map(({ nextUpdate }) => nextUpdate.getTime()))),
  };
}

async function findContent(deps: RepositoryDeps, path: string): Promise<Content | null> {
  if (path === "/crl/all.crl.pem") {
    const crls = await deps.listCrls();
    return crls.length > 0 ? bundle(crls) : null;
  }
  const match = /^\/(crl|ca)\/([a-z0-9-]{1,64})\.(crl|crl\.pem|cer)$/.exec(path);
  const [, folder, authorityId, ending] = match ?? [];
  if (authorityId === undefined) return null;
  if (folder === "ca" && ending === "cer") {
    const found = await deps.findAuthorityCertificate(authorityId);
    const freshUntil = new Date(deps.now().getTime() + 86_400_000);
    return found && { type: "application/pkix-cert", body: found.der, lastModified: found.notBefore, freshUntil };
  }
  if (folder !== "crl" || ending === "cer") return null;
  const crl = await deps.findCrl(authorityId);
  if (!crl) return null;
  return ending === "crl"
    ? { type: "application/pkix-crl", body: crl.der, lastModified: crl.thisUpdate, freshUntil: crl.nextUpdate }
    : bundle([crl]);
}

/**
 * What anyone may fetch, over plain HTTP by design (RFC 5280 8): CRLs as DER and PEM, OCSP, authority certificates as
 * DER, health. Nothing secret, no cookies, no redirects.
 */
export function createRepositoryHandler(deps: RepositoryDeps) {
  return async (request: ProtocolRequest): Promise<ProtocolResponse> => {
    if (request.path === "/ocsp" || request.path.startsWith("/ocsp/")) return deps.handleOcsp(request);
    if (request.method !== "GET" && request.method !== "HEAD") return emptyResponse(405, [["Allow", "GET, HEAD"]]);
    if (request.path === "/healthz") return textResponse(200, "ok", [["Cache-Control", "no-store"]]);
    if (request.path === "/readyz")
      return (await deps.isReady())
        ? textResponse(200, "ready", [["Cache-Control", "no-store"]])
        : textResponse(503, "the database does not answer", [["Cache-Control", "no-store"]]);
    const content = await findContent(deps, request.path);
    return content ? respond(request, content, deps.now()) : textResponse(404, "There is nothing here.");
  };
}
