import { generateKeyPairSync } from "node:crypto";

import type { KeyAlgorithm } from "@fieldseal/pki/algorithms";
import { signTbs } from "@fieldseal/pki/certificate/sign";
import { createSigner, type Signer } from "@fieldseal/pki/signer";

import { assertNever } from "../errors.ts";
import type { LintSigner } from "../ports.ts";

function createThrowAwaySigner(algorithm: KeyAlgorithm): Signer {
  switch (algorithm) {
    case "ec-p256":
      return createSigner(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
    case "ec-p384":
      return createSigner(generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey);
    case "ec-p521":
      return createSigner(generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey);
    case "ed25519":
      return createSigner(generateKeyPairSync("ed25519").privateKey);
    case "rsa-2048":
    case "rsa-3072":
    case "rsa-4096":
      return createSigner(generateKeyPairSync("rsa", { modulusLength: Number(algorithm.slice(4)) }).privateKey);
    default:
      return assertNever(algorithm);
  }
}

/**
 * Signs copies that nobody will ever trust, so that exactly the bytes that would be issued can be linted before the
 * real key is touched. One key per algorithm and process.
 */
export function createLintSigner(): LintSigner {
  const signers = new Map<KeyAlgorithm, Signer>();
  return {
    signLintCopy(tbsDer, { keyAlgorithm }) {
      const signer = signers.get(keyAlgorithm) ?? createThrowAwaySigner(keyAlgorithm);
      signers.set(keyAlgorithm, signer);
      return signTbs(tbsDer, signer);
    },
  };
}
