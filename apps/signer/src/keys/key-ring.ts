import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { equalBytes } from "@fieldseal/pki/hex";
import { createSigner, type Signer } from "@fieldseal/pki/signer";

import type { Authority } from "../records.ts";
import { Refusal } from "../refusal.ts";
import { openPrivateKey, type Wrapping } from "./envelope.ts";

/** Opens keys. Those under the key-encryption key stay open while the process lives; a sealed one for a single call. */
export function createKeyRing(readKek: () => Buffer) {
  const open = new Map<string, Signer>();

  async function load(authority: Authority, wrapping: Wrapping): Promise<Signer> {
    const signer = createSigner(await openPrivateKey(authority.envelope, authority.id, wrapping));
    const { spkiDer } = parseCertificate(authority.certificateDer);
    if (!equalBytes(signer.spkiDer, spkiDer))
      throw new Refusal("fault", `The key of ${authority.id} does not belong to its certificate.`);
    return signer;
  }

  return {
    async signerOf(authority: Authority, rootPassphrase?: string): Promise<Signer> {
      if (authority.envelope.wrapping.kind === "scrypt") {
        if (rootPassphrase === undefined)
          throw new Refusal("authority-sealed", `${authority.id} is sealed: give its passphrase.`);
        return load(authority, { kind: "passphrase", passphrase: rootPassphrase });
      }
      const known = open.get(authority.id);
      if (known) return known;
      const signer = await load(authority, { kind: "kek", kek: readKek() });
      open.set(authority.id, signer);
      return signer;
    },
  };
}

export type KeyRing = ReturnType<typeof createKeyRing>;
