import { PkiError } from "./error.ts";

/** Labels of RFC 7468 that this package reads and writes. */
export type PemLabel = "CERTIFICATE" | "X509 CRL" | "CERTIFICATE REQUEST" | "PUBLIC KEY" | "PKCS7" | "CMS";

/** Textual encoding of RFC 7468 section 3: 64 characters per line, `\n`, final newline. */
export function encodePem(label: PemLabel, der: Uint8Array): string {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString("base64");
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/**
 * Every object with this label, in order; text around and between the objects is ignored (RFC 7468 section 2).
 * Other labels are skipped. Line breaks may be CRLF and lines of any length.
 * @throws PkiError `pem-invalid` when no object with the label is found, or one is not base64 or not closed
 */
export function decodePem(text: string, label: string): Uint8Array[] {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const found: Uint8Array[] = [];
  for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at)) {
    const close = text.indexOf(end, at + begin.length);
    if (close < 0) throw new PkiError("pem-invalid", `a ${label} has no end line`);
    found.push(decodeBody(text.slice(at + begin.length, close), label));
    at = close + end.length;
  }
  if (found.length === 0) throw new PkiError("pem-invalid", `no ${label} found in the text`);
  return found;
}

function decodeBody(body: string, label: string): Uint8Array {
  const base64 = body.replace(/[ \t\r\n\v\f]/g, "");
  if (base64 === "" || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64))
    throw new PkiError("pem-invalid", `the text of a ${label} is not base64`);
  return new Uint8Array(Buffer.from(base64, "base64"));
}
