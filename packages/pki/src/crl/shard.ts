import { hash } from "node:crypto";

import { PkiError } from "../error.ts";

/**
 * Which of `shardCount` lists a certificate belongs to, from 0. Its address is printed into the certificate, so the
 * answer must be the same for ever: it depends on nothing but the serial number (unsigned, without leading zeroes) and
 * the count, and through a hash, because serial numbers of imported authorities need not be random.
 * @throws PkiError `template-invalid` unless the count is 1 to 65536 and the serial number is not empty
 */
export function decideShard(serialNumber: Uint8Array, shardCount: number): number {
  if (!Number.isInteger(shardCount) || shardCount < 1 || shardCount > 65_536)
    throw new PkiError("template-invalid", "the number of shards must be 1 to 65536");
  if (serialNumber.length === 0 || serialNumber[0] === 0)
    throw new PkiError("template-invalid", "a serial number has no leading zeroes");
  return hash("sha256", serialNumber, "buffer").readUInt32BE(0) % shardCount;
}
