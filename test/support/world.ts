import { generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { createEnrol } from "@fieldseal/core/enrolment/enrol";
import { createAddDevice } from "@fieldseal/core/inventory/add-device";
import { createLintSigner } from "@fieldseal/core/issuance/lint-signer";
import type { SignerPort } from "@fieldseal/core/ports";
import { systemRandom } from "@fieldseal/core/random";
import { createRenew } from "@fieldseal/core/renewal/renew";
import { createInitialize } from "@fieldseal/core/setup/initialize";
import { startScratchPostgres } from "@fieldseal/db/embedded";
import { deploy, foldersOf } from "@fieldseal/db/migrations";
import { prepareInstallation } from "@fieldseal/db/migrations/installation";
import { createPool, createRecords } from "@fieldseal/db/stores";
import { buildCsr } from "@fieldseal/pki/csr/build";
import { createSigner } from "@fieldseal/pki/signer";

import { readKek } from "../../apps/signer/src/keys/kek.ts";
import { createKeyRing } from "../../apps/signer/src/keys/key-ring.ts";
import { createFirstCeremony } from "../../apps/signer/src/operations/first-ceremony.ts";
import { createSignCertificate } from "../../apps/signer/src/operations/sign-certificate.ts";
import { createSignCrl } from "../../apps/signer/src/operations/sign-crl.ts";
import { repository } from "./platform.ts";

export const operator = { kind: "operator", id: "test" } as const;
export const worker = { kind: "system", id: "worker" } as const;
export const rootPassphrase = "seven silent pumps under rain";

/**
 * The real records, use cases and signer in one process, set up and ready: for tests that need to stand between them.
 * Only the socket and the HTTP edge are missing.
 */
export async function createWorld() {
  const postgres = await startScratchPostgres();
  const folder = mkdtempSync(path.join(tmpdir(), "fieldseal-world-"));
  await deploy(postgres.url, foldersOf(repository));
  await prepareInstallation(postgres.url, { hostName: "localhost", publicUrl: "http://localhost:8080" });
  const pool = createPool(postgres.url, { max: 30 });
  const records = createRecords(pool);
  const kekFile = path.join(folder, "kek");
  const keys = createKeyRing(() => readKek(kekFile));
  const signer: SignerPort = {
    signCertificate: createSignCertificate({ pool, keys, assertBelowCeiling: () => undefined }),
    signCrl: createSignCrl({ pool, keys }),
    runFirstCeremony: createFirstCeremony({ pool, kekFile }),
  };
  const initialize = createInitialize({
    records,
    signer,
    random: systemRandom,
    hashPassword: () => Promise.resolve("hash"),
  });
  await initialize({
    setupCode: null,
    organization: "Acme Water",
    adminName: "Ops",
    adminEmail: "ops@acme.example",
    adminPassword: "correct-horse-battery",
    rootPassphrase,
    hostName: null,
    publicUrl: null,
  });
  const issuanceWith = (other: Partial<SignerPort>) => ({
    records,
    signer: { ...signer, ...other },
    lintSigner: createLintSigner(),
    random: systemRandom,
    wait: (ms: number) => wait(ms),
  });
  const addDevice = createAddDevice({ records, random: systemRandom });
  return {
    url: postgres.url,
    folder,
    pool,
    records,
    signer,
    kekFile,
    issuanceWith,
    query: async (sql: string, values: unknown[] = []) => (await pool.query<Record<string, unknown>>(sql, values)).rows,
    enrol: createEnrol(issuanceWith({})),
    renew: createRenew(issuanceWith({})),
    newDevice: async (deviceId = `pump-${randomUUID().slice(0, 8)}`) => ({
      deviceId,
      token: (await addDevice({ actor: operator, deviceId, siteName: "Plant Nord" })).enrollmentToken,
    }),
    close: async () => {
      await pool.end();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** A request with a fresh P-256 key, as a device makes it. */
export function makeCsr(commonName: string): Uint8Array {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return buildCsr({ subject: [{ type: "CN", value: commonName }], signer: createSigner(privateKey) });
}

export const enrolInput = (device: { deviceId: string; token: string }, csr: Uint8Array) => ({
  credential: { userName: device.deviceId, password: device.token },
  csrDer: () => csr,
  label: null,
  sourceAddress: "10.0.0.1",
});

export const renewInput = (certificateDer: Uint8Array, csr: Uint8Array) => ({
  clientCertificateDer: certificateDer,
  csrDer: () => csr,
  label: null,
  sourceAddress: "10.0.0.1",
});
