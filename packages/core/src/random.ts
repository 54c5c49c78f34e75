import { randomBytes, randomUUID } from "node:crypto";

/** The only place where the core meets chance. */
export type Random = { bytes(count: number): Uint8Array; uuid(): string };

export const systemRandom: Random = { bytes: (count) => new Uint8Array(randomBytes(count)), uuid: () => randomUUID() };
