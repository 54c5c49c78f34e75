import { createPrivateKey, sign } from "node:crypto";

import { parseCsr } from "@fieldseal/pki/csr/parse";
import { bitString, constructed, integer, objectIdentifier, sequence, setOf } from "@fieldseal/pki/der/write";
import { encodeName } from "@fieldseal/pki/name";
import { oids } from "@fieldseal/pki/oids";
import { signatureAlgorithmDer } from "@fieldseal/pki/signer";

import { csrSeeds, ed25519SeedHex } from "./seeds.ts";

/** Ed25519 signs without chance, so requests made here are the same bytes in every run. */
const key = createPrivateKey({
  key: Buffer.from(`302e020100300506032b657004220420${ed25519SeedHex}`, "hex"),
  format: "der",
  type: "pkcs8",
});
const algorithm = signatureAlgorithmDer("ed25519");

export function getSeed(seeds: Readonly<Record<string, Uint8Array>>, name: string): Uint8Array {
  const seed = seeds[name];
  if (seed === undefined) throw new Error(`there is no seed ${name}`);
  return seed;
}

export const ed25519SpkiDer = parseCsr(getSeed(csrSeeds, "ed25519")).spkiDer;
export const goodSubject = encodeName([{ type: "CN", value: "pump-017" }]);

/** A correctly signed CertificationRequest around any CertificationRequestInfo. */
export function signInfo(info: Uint8Array): Uint8Array {
  return sequence(info, algorithm, bitString(new Uint8Array(sign(null, info, key))));
}

export function infoOf(parts: {
  subject?: Uint8Array;
  spki?: Uint8Array;
  attributes?: readonly Uint8Array[];
}): Uint8Array {
  const { subject = goodSubject, spki = ed25519SpkiDer, attributes = [] } = parts;
  return sequence(integer(0), subject, spki, constructed(0, ...attributes));
}

export function extensionRequest(...extensions: readonly Uint8Array[]): Uint8Array {
  return sequence(objectIdentifier(oids.extensionRequest), setOf(sequence(...extensions)));
}

export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
