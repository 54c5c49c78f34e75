/** Identifier octets used here. Only the low-tag-number form exists in X.509 (X.690 8.1.2.2). */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
} as const;

/** [n] with content that is itself a TLV, or an implicitly tagged SEQUENCE or SET. */
export function constructedTag(n: number): number {
  return 0xa0 | n;
}

/** [n] IMPLICIT of a primitive type. */
export function primitiveTag(n: number): number {
  return 0x80 | n;
}
