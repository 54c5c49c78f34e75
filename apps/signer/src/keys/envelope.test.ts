import { generateKeyPairSync, randomBytes } from "node:crypto";

import { describe, expect, test } from "vitest";

import { type KeyEnvelope, openPrivateKey, sealPrivateKey } from "./envelope.ts";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const same = (a: { export: typeof privateKey.export }) =>
  a.export({ format: "der", type: "pkcs8" }).equals(privateKey.export({ format: "der", type: "pkcs8" }));

describe("a private key at rest", () => {
  test("opens again under the same key-encryption key and holds no trace of the key in the clear", async () => {
    const kek = randomBytes(32);
    const envelope = await sealPrivateKey(privateKey, "issuing-g1", { kind: "kek", kek });
    expect(same(await openPrivateKey(envelope, "issuing-g1", { kind: "kek", kek }))).toBe(true);
    const scalar = privateKey.export({ format: "jwk" }).d ?? "";
    const stored = Buffer.concat(
      [envelope.key.ciphertext, envelope.dataKey.ciphertext].map((text) => Buffer.from(text, "base64")),
    );
    expect(stored.includes(Buffer.from(scalar, "base64url"))).toBe(false);
  });

  test("each sealing uses a fresh data key and fresh nonces", async () => {
    const kek = randomBytes(32);
    const [a, b] = await Promise.all([1, 2].map(() => sealPrivateKey(privateKey, "issuing-g1", { kind: "kek", kek })));
    expect(a?.key.ciphertext).not.toBe(b?.key.ciphertext);
    expect(a?.key.nonce).not.toBe(b?.key.nonce);
  });

  test("another key-encryption key, another authority or one flipped bit does not open it", async () => {
    const kek = randomBytes(32);
    const envelope = await sealPrivateKey(privateKey, "issuing-g1", { kind: "kek", kek });
    const open = (changed: KeyEnvelope, id: string, key: Buffer) =>
      openPrivateKey(changed, id, { kind: "kek", kek: key });
    await expect(open(envelope, "issuing-g1", randomBytes(32))).rejects.toMatchObject({ code: "kek-missing" });
    await expect(open(envelope, "issuing-g2", kek)).rejects.toMatchObject({ code: "kek-missing" });
    const bytes = Buffer.from(envelope.key.ciphertext, "base64");
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    const flipped = { ...envelope, key: { ...envelope.key, ciphertext: bytes.toString("base64") } };
    await expect(open(flipped, "issuing-g1", kek)).rejects.toMatchObject({ code: "kek-missing" });
  });

  test("a sealed key opens with its passphrase only, and says so", async () => {
    const envelope = await sealPrivateKey(privateKey, "root-g1", {
      kind: "passphrase",
      passphrase: "seven silent pumps",
    });
    expect(envelope.wrapping).toMatchObject({ kind: "scrypt", n: 131_072, r: 8, p: 1 });
    expect(
      same(await openPrivateKey(envelope, "root-g1", { kind: "passphrase", passphrase: "seven silent pumps" })),
    ).toBe(true);
    await expect(
      openPrivateKey(envelope, "root-g1", { kind: "passphrase", passphrase: "seven silent pump" }),
    ).rejects.toMatchObject({ code: "passphrase-wrong" });
    await expect(openPrivateKey(envelope, "root-g1", { kind: "kek", kek: randomBytes(32) })).rejects.toMatchObject({
      code: "authority-sealed",
    });
  });
});
