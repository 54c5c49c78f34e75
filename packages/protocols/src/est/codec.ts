import { DomainError } from "@fieldseal/core/errors";
import { encodeCertsOnly } from "@fieldseal/pki/cms/certs-only";

import type { ProtocolRequest, ProtocolResponse } from "../message.ts";

/** RFC 8951 3.1: the body is base64 of DER whatever a Content-Transfer-Encoding says; white space counts nowhere. */
export function decodeBody(body: Uint8Array): Uint8Array {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    .toString("latin1")
    .replaceAll(/[\t\n\r ]+/g, "");
  const wellFormed = text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  if (!wellFormed)
    throw new DomainError(
      "csr-malformed",
      "The body is not base64. Send the base64 of the DER of a PKCS#10 request, without PEM lines.",
    );
  const der = Buffer.from(text, "base64");
  if (der.toString("base64") !== text)
    throw new DomainError("csr-malformed", "The base64 of the body ends in stray bits. Encode the request again.");
  return new Uint8Array(der);
}

export type Credential = { userName: string; password: string };

/** RFC 7617. Null when there is no such header; a broken one is a wrong credential. */
export function decodeBasic(header: string | undefined): Credential | null {
  if (header === undefined) return null;
  const match = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header.trim());
  const text = match?.[1] === undefined ? "" : Buffer.from(match[1], "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0
    ? { userName: "", password: "" }
    : { userName: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** `openssl base64 -d` behind curl or wget, and libest, lose a line of more than 1,024 characters. */
const wantsLines = /^(?:libest|curl|wget)\b/i;
const lines = /.{1,64}/g;

/**
 * The one response that all known clients take (protocols.md 1.2): base64 in one line and a final LF, because
 * strongSwan 5.9.8 refuses line breaks; those that need lines say who they are (docs/decisions/0002).
 */
export function certsOnlyResponse(request: ProtocolRequest, certificates: readonly Uint8Array[]): ProtocolResponse {
  const base64 = Buffer.from(encodeCertsOnly(certificates)).toString("base64");
  const text = wantsLines.test(request.headers["user-agent"] ?? "") ? base64.replaceAll(lines, "$&\n") : `${base64}\n`;
  return {
    status: 200,
    headers: [
      ["Content-Type", "application/pkcs7-mime; smime-type=certs-only"],
      ["Content-Transfer-Encoding", "base64"],
    ],
    body: new TextEncoder().encode(text),
  };
}
