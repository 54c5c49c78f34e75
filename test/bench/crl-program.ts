// node crl-program.ts ENTRIES FILE: one signed CRL, for crl.ts to time.
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";

import { buildCrl, type CrlEntry } from "@fieldseal/pki/crl/build";
import { keyIdentifierOf } from "@fieldseal/pki/key-identifier";
import { encodeName } from "@fieldseal/pki/name";
import { createSigner } from "@fieldseal/pki/signer";

const entryCount = Number(process.argv[2]);
const signer = createSigner(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
const revocationDate = new Date("2026-11-20T00:00:00Z");

function* entries(): Iterable<CrlEntry> {
  for (let i = 0; i < entryCount; i++) {
    const serialNumber = new Uint8Array(17).fill(1);
    new DataView(serialNumber.buffer).setUint32(13, i);
    yield { serialNumber, revocationDate, reasonCode: 1 };
  }
}

const der = buildCrl({
  issuer: {
    subjectDer: encodeName([{ type: "CN", value: "Bench" }]),
    subjectKeyIdentifier: keyIdentifierOf(signer.spkiDer),
    algorithm: "ec-p256",
  },
  number: 1n,
  thisUpdate: new Date("2026-11-21T00:00:00Z"),
  nextUpdate: new Date("2026-11-28T00:00:00Z"),
  entries: entries(),
  entryCount,
  signer,
});
writeFileSync(process.argv[3] ?? "/dev/null", der);
