import { PkiError } from "./error.ts";

/** Lowercase hexadecimal without separators. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/**
 * Reads hexadecimal of any case; colons and white space between digits are ignored.
 * @throws PkiError `hex-invalid`
 */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/[:\s]/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits))
    throw new PkiError("hex-invalid", "expected an even number of hexadecimal digits");
  return new Uint8Array(Buffer.from(digits, "hex"));
}

/** Equality of public bytes; not constant in time, so not for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
