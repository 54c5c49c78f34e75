import { PkiError } from "./error.ts";
import { fromHex, toHex } from "./hex.ts";

/**
 * A serial number of 17 octets: the installation's prefix, then 128 random bits. The prefix keeps two installations of
 * one authority apart and the number positive and never shorter (RFC 5280 4.1.2.2: positive, at most 20 octets).
 * @throws PkiError `serial-number-invalid` unless the prefix is 1..127 and `random` has 16 octets
 */
export function createSerialNumber(prefix: number, random: Uint8Array): Uint8Array {
  if (!Number.isInteger(prefix) || prefix < 1 || prefix > 127)
    throw new PkiError("serial-number-invalid", "the serial number prefix must be 1 to 127");
  if (random.length !== 16) throw new PkiError("serial-number-invalid", "16 random octets are needed");
  const serialNumber = new Uint8Array(17);
  serialNumber[0] = prefix;
  serialNumber.set(random, 1);
  return serialNumber;
}

/** Lowercase hexadecimal without separators, as stored and shown. */
export function formatSerialNumber(serialNumber: Uint8Array): string {
  return toHex(serialNumber);
}

/**
 * Reads what people paste: any case, colons, spaces; leading 00 octets (a DER sign octet) are dropped.
 * @throws PkiError `serial-number-invalid` when it is not hexadecimal, empty, or longer than 20 octets
 */
export function parseSerialNumber(text: string): Uint8Array {
  const digits = text.replace(/[:\s]/g, "").replace(/^0x/i, "");
  if (!/^[0-9a-fA-F]+$/.test(digits))
    throw new PkiError("serial-number-invalid", "a serial number is written in hexadecimal digits");
  const bytes = fromHex(digits.length % 2 === 0 ? digits : `0${digits}`);
  let first = 0;
  while (first < bytes.length - 1 && bytes[first] === 0) first++;
  const serialNumber = bytes.slice(first);
  if (serialNumber.length > 20) throw new PkiError("serial-number-invalid", "a serial number has at most 20 octets");
  return serialNumber;
}
