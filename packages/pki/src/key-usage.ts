import { contentOf, readOnly } from "./der/read.ts";
import { tags } from "./der/tag.ts";
import { namedBits } from "./der/write.ts";
import { PkiError } from "./error.ts";

/** Bit names of RFC 5280 4.2.1.3, in the order of the bits. */
export const keyUsages = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;
export type KeyUsage = (typeof keyUsages)[number];

/** The value of the keyUsage extension. */
export function encodeKeyUsage(usages: readonly KeyUsage[]): Uint8Array {
  return namedBits(usages.map((usage) => keyUsages.indexOf(usage)));
}

/** @throws PkiError `der-invalid`: not a BIT STRING, no bit set, unknown bits, trailing zero bits (X.690 11.2.2) */
export function parseKeyUsage(der: Uint8Array): KeyUsage[] {
  const [unused = 8, ...octets] = contentOf(readOnly(der, tags.bitString, "keyUsage"));
  const bits = octets.flatMap((octet, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (octet & (0x80 >> bit)) !== 0).map((bit) => index * 8 + bit),
  );
  const highest = bits.at(-1) ?? -1;
  if (
    highest < 0 ||
    highest >= keyUsages.length ||
    octets.length !== (highest >> 3) + 1 ||
    unused !== 7 - (highest & 7)
  )
    throw new PkiError("der-invalid", "keyUsage is not a named bit list of RFC 5280 4.2.1.3");
  return keyUsages.filter((_, bit) => bits.includes(bit));
}
