import { createCipheriv, createDecipheriv, createPrivateKey, type KeyObject, randomBytes, scrypt } from "node:crypto";

import { Refusal } from "../refusal.ts";

/** What wraps the data key: the installation's key-encryption key, or a passphrase through scrypt (RFC 7914). */
export type Wrapping = { kind: "kek"; kek: Buffer } | { kind: "passphrase"; passphrase: string };

type Sealed = { nonce: string; ciphertext: string; tag: string };

/** Private key at rest: PKCS#8 under a fresh data key (AES-256-GCM), which is wrapped in turn. All values base64. */
export type KeyEnvelope = {
  version: 1;
  key: Sealed;
  dataKey: Sealed;
  wrapping: { kind: "kek" } | { kind: "scrypt"; salt: string; n: number; r: number; p: number };
};

/** security.md 6.2: about half a second and 128 MB per guess. */
const scryptCost = { n: 131_072, r: 8, p: 1 };

/** Binds an envelope to its place: it cannot be moved to another authority or purpose unnoticed. */
const aadOf = (authorityId: string, purpose: "key" | "data-key") =>
  Buffer.from(`fieldseal|1|${authorityId}|${purpose}`);

function seal(key: Buffer, aad: Buffer, plain: Buffer): Sealed {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return {
    nonce: nonce.toString("base64"),
    ciphertext: ciphertext.toString("base64"),
    tag: cipher.getAuthTag().toString("base64"),
  };
}

function unseal(key: Buffer, aad: Buffer, sealed: Sealed): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(sealed.nonce, "base64"), { authTagLength: 16 })
    .setAAD(aad)
    .setAuthTag(Buffer.from(sealed.tag, "base64"));
  return Buffer.concat([decipher.update(Buffer.from(sealed.ciphertext, "base64")), decipher.final()]);
}

function derive(passphrase: string, salt: Buffer, { n, r, p }: { n: number; r: number; p: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFKC"), salt, 32, { N: n, r, p, maxmem: 256 * n * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** Encrypts a private key for storage; every buffer that held it in the clear is wiped. */
export async function sealPrivateKey(
  privateKey: KeyObject,
  authorityId: string,
  wrapping: Wrapping,
): Promise<KeyEnvelope> {
  const pkcs8 = privateKey.export({ format: "der", type: "pkcs8" });
  const dataKey = randomBytes(32);
  const salt = randomBytes(16);
  const wrappingKey = wrapping.kind === "kek" ? wrapping.kek : await derive(wrapping.passphrase, salt, scryptCost);
  try {
    return {
      version: 1,
      key: seal(dataKey, aadOf(authorityId, "key"), pkcs8),
      dataKey: seal(wrappingKey, aadOf(authorityId, "data-key"), dataKey),
      wrapping:
        wrapping.kind === "kek" ? { kind: "kek" } : { kind: "scrypt", salt: salt.toString("base64"), ...scryptCost },
    };
  } finally {
    pkcs8.fill(0);
    dataKey.fill(0);
    if (wrapping.kind === "passphrase") wrappingKey.fill(0);
  }
}

/** @throws Refusal `authority-sealed` when a passphrase is needed, `passphrase-wrong` when it does not open the key */
export async function openPrivateKey(
  envelope: KeyEnvelope,
  authorityId: string,
  wrapping: Wrapping,
): Promise<KeyObject> {
  const { wrapping: stored } = envelope;
  if (stored.kind === "scrypt" && wrapping.kind !== "passphrase")
    throw new Refusal("authority-sealed", `${authorityId} is sealed: give its passphrase.`);
  const wrappingKey =
    stored.kind === "scrypt" && wrapping.kind === "passphrase"
      ? await derive(wrapping.passphrase, Buffer.from(stored.salt, "base64"), stored)
      : wrapping.kind === "kek"
        ? wrapping.kek
        : null;
  if (!wrappingKey) throw new Refusal("request-malformed", `${authorityId} is not opened by a passphrase.`);
  try {
    const dataKey = unseal(wrappingKey, aadOf(authorityId, "data-key"), envelope.dataKey);
    const pkcs8 = unseal(dataKey, aadOf(authorityId, "key"), envelope.key);
    const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    pkcs8.fill(0);
    dataKey.fill(0);
    return key;
  } catch (cause) {
    throw wrapping.kind === "passphrase"
      ? new Refusal("passphrase-wrong", "This passphrase does not open the key of the root.", { cause })
      : new Refusal(
          "kek-missing",
          `The key of ${authorityId} was encrypted under another key-encryption key. Restore the right file.`,
          { cause },
        );
  }
}
