import type { IncomingMessage, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";

import { maxBodyBytes, type ProtocolRequest, type ProtocolResponse, textResponse } from "@fieldseal/protocols/message";

import { reportFault } from "./log.ts";

export type Handle = (request: ProtocolRequest) => Promise<ProtocolResponse>;

const tooLarge = () => textResponse(413, `The body is larger than ${maxBodyBytes} octets.`);

/** The whole body, or null as soon as it is larger than any device needs. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The certificate of the connection, read once: what it may do is decided anew on every request. */
const certificates = new WeakMap<TLSSocket, Uint8Array | null>();
function clientCertificateOf(socket: IncomingMessage["socket"]): Uint8Array | null {
  if (!(socket instanceof TLSSocket)) return null;
  const known = certificates.get(socket);
  if (known !== undefined) return known;
  const der = socket.getPeerX509Certificate()?.raw ?? null;
  certificates.set(socket, der);
  return der;
}

/** IPv4 addresses in their own form, not mapped into IPv6. */
const addressOf = (address: string | undefined) => address?.replace(/^::ffff:(?=\d+\.)/, "") ?? null;

function single(headers: IncomingMessage["headers"]): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
}

async function answer(request: IncomingMessage, handle: Handle): Promise<ProtocolResponse> {
  const body = await readBody(request);
  if (!body) return tooLarge();
  return handle({
    method: request.method ?? "",
    path: (request.url ?? "").split("?", 1)[0] ?? "",
    headers: single(request.headers),
    body,
    sourceAddress: addressOf(request.socket.remoteAddress),
    clientCertificateDer: clientCertificateOf(request.socket),
  });
}

/**
 * One request from node to a handler and back: header names with their capitals, always a Content-Length, never
 * chunked, and a small header block (protocols.md 0.2-0.4).
 */
export function createListener(handle: Handle, count: (path: string, status: number) => void) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    void answer(request, handle)
      .catch((error: unknown) => textResponse(500, `The server failed. Incident ${reportFault(error)}.`))
      .then((result) => {
        const hasLength = result.status !== 204 && result.status !== 304;
        const headers = new Map<string, string>(result.headers);
        if (hasLength) headers.set("Content-Length", String(result.body.length));
        if (!request.complete) headers.set("Connection", "close"); // the rest of a refused body is not worth reading
        response.writeHead(result.status, Object.fromEntries(headers));
        response.end(request.method === "HEAD" ? undefined : result.body);
        count(request.url ?? "", result.status);
      })
      .catch((error: unknown) => {
        reportFault(error);
        response.destroy();
      });
  };
}

/** `Expect: 100-continue`: a body that is announced too large is refused before it is sent (E12, E13). */
export function createContinueListener(listener: ReturnType<typeof createListener>) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) {
      const { status, headers, body } = tooLarge();
      response.writeHead(
        status,
        Object.fromEntries([...headers, ["Content-Length", String(body.length)], ["Connection", "close"]]),
      );
      response.end(body);
      return;
    }
    response.writeContinue();
    listener(request, response);
  };
}
