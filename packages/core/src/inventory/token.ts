import { createHash } from "node:crypto";

import type { Random } from "../random.ts";

/** 72 h, as printed beside the token. */
export const tokenLifetimeSeconds = 72 * 3600;
const tokenBytes = 32;

/** A one-time enrolment token: 256 random bits as base64url, which needs no quoting in a shell or a URL. */
export function createTokenText(random: Random): string {
  return Buffer.from(random.bytes(tokenBytes)).toString("base64url");
}

/** Only this digest is stored. Looking it up compares no secrets, so its timing tells nothing. */
export function hashToken(token: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(token, "utf8").digest());
}
