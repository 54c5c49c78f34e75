/** The field prime 2^255 - 19 of RFC 8032 5.1. */
const p = (1n << 255n) - 19n;

const orderEightY = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

/** y-coordinates of the eight points whose order divides 8: 1, -1, 0 and the two of order 8. */
const smallOrderYs: ReadonlySet<bigint> = new Set([0n, 1n, p - 1n, orderEightY, p - orderEightY]);

/**
 * True for keys with which anyone can sign, and for encodings with y >= p, which RFC 8032 5.1.3 forbids.
 * `point` is the 32-octet little-endian encoding.
 */
export function isSmallOrderPoint(point: Uint8Array): boolean {
  const hex = Buffer.from(point).reverse().toString("hex");
  const y = BigInt(`0x${hex}`) & ((1n << 255n) - 1n);
  return y >= p || smallOrderYs.has(y);
}
