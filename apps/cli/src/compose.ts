import path from "node:path";

import type { Actor } from "@fieldseal/core/actor";
import { DomainError } from "@fieldseal/core/errors";
import { systemRandom } from "@fieldseal/core/random";
import { readConnection } from "@fieldseal/db/embedded";
import { renewSetupCode } from "@fieldseal/db/migrations/installation";
import { hashPassword } from "@fieldseal/db/password";
import { createSignerClient } from "@fieldseal/db/signer-client";
import { createPool, createRecords } from "@fieldseal/db/stores";
import { createAlertStore } from "@fieldseal/db/stores/alert-store";
import { createListing } from "@fieldseal/db/stores/listing";

import type { Config } from "./config.ts";

export function compose(config: Config) {
  const databaseUrl = config.databaseUrl ?? readConnection(config.dataDir)?.url;
  if (!databaseUrl)
    throw new DomainError(
      "records-unavailable",
      `There are no records in ${config.dataDir}. Start the platform with npm start, or set DATABASE_URL or FIELDSEAL_DATA_DIR.`,
    );
  const pool = createPool(databaseUrl, { max: 4, application: "fieldseal-cli" });
  const actor: Actor = { kind: "operator", id: config.userName };
  return {
    config,
    actor,
    renewSetupCode: () => renewSetupCode(databaseUrl),
    records: createRecords(pool),
    listing: createListing(pool),
    alerts: createAlertStore(pool),
    signer: createSignerClient(config.signerSocket ?? path.join(config.dataDir, "run", "signer.sock")),
    random: systemRandom,
    hashPassword,
  };
}

export type Composition = ReturnType<typeof compose>;
