import pg from "pg";

import { readConfig } from "./config.ts";
import { readKek } from "./keys/kek.ts";
import { createKeyRing } from "./keys/key-ring.ts";
import { createFirstCeremony } from "./operations/first-ceremony.ts";
import { createSignCertificate } from "./operations/sign-certificate.ts";
import { createSignCrl } from "./operations/sign-crl.ts";
import { createRateCeiling } from "./rate-ceiling.ts";
import { listen, type SignerRequest } from "./socket-server.ts";

const log = (line: object) => console.log(JSON.stringify({ part: "signer", ...line }));

function readConfigOrExit() {
  try {
    return readConfig();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

const config = readConfigOrExit();
const int8 = 20;
pg.types.setTypeParser(int8, (text) => BigInt(text));
const pool = new pg.Pool({
  connectionString: config.databaseUrl,
  max: 8,
  application_name: "fieldseal-signer",
  connectionTimeoutMillis: 5_000,
  statement_timeout: 15_000,
  query_timeout: 20_000,
  options: "-c timezone=UTC",
});
pool.on("error", (error) => log({ database: error.message }));
// A connection that breaks while it is in use fails its query; without a listener it would end the process too.
pool.on("connect", (client) => client.on("error", () => undefined));

const keys = createKeyRing(() => readKek(config.kekFile));
const signCertificate = createSignCertificate({
  pool,
  keys,
  assertBelowCeiling: createRateCeiling(config.ceilingPerMinute, () => performance.now()),
});
const signCrl = createSignCrl({ pool, keys });
const runFirstCeremony = createFirstCeremony({ pool, kekFile: config.kekFile });
const base64 = (der: Uint8Array) => ({ der: Buffer.from(der).toString("base64") });

async function handle(request: SignerRequest): Promise<Record<string, string>> {
  switch (request.op) {
    case "sign-certificate":
      return base64(await signCertificate(request.certificateId));
    case "sign-crl":
      return base64(await signCrl(request.crlId, request.rootPassphrase));
    case "first-ceremony":
      return runFirstCeremony(request);
  }
}

const server = await listen(config.socketPath, handle, log);

/** Says in the records that the signer lives; a database that is away is not its death. */
async function beat(): Promise<void> {
  await pool
    .query(
      `INSERT INTO process_status (id, kind, started_at, beat_at, detail) VALUES ($1, 'signer', now(), now(), '{}')
       ON CONFLICT (id) DO UPDATE SET beat_at = now()`,
      [`signer:${process.pid}`],
    )
    .catch(() => undefined);
}
void beat();
const heart = setInterval(() => void beat(), 10_000);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(1), 10_000).unref();
  clearInterval(heart);
  await new Promise((resolve) => server.close(resolve));
  await pool.end();
  process.exit(0);
}
process.once("SIGTERM", () => void stop());
process.once("SIGINT", () => void stop());
process.once("disconnect", () => void stop());
process.send?.("ready");
