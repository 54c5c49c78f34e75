import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { signTbs } from "@fieldseal/pki/certificate/sign";
import { buildTbsCrl, type CrlEntry } from "@fieldseal/pki/crl/build";
import { sha256 } from "@fieldseal/pki/key-identifier";
import type pg from "pg";

import type { KeyRing } from "../keys/key-ring.ts";
import { type Authority, getAuthority, logSigning, type Queryable } from "../records.ts";
import { Refusal } from "../refusal.ts";

type CrlRow = { authority_id: string; number: bigint; state: string; this_update: Date; next_update: Date };

/** A list may promise at most its authority's validity, plus the minutes by which it is back-dated. */
const slackMs = 10 * 60_000;

async function getRequest(client: Queryable, crlId: string): Promise<CrlRow> {
  const { rows } = await client.query<CrlRow>(
    "SELECT authority_id, number, state, this_update, next_update FROM crl WHERE id = $1",
    [crlId],
  );
  const row = rows[0];
  if (!row) throw new Refusal("request-unknown", "There is no such CRL.");
  if (row.state !== "building") throw new Refusal("already-signed", `This CRL is ${row.state}.`);
  return row;
}

/**
 * What the list names: everything revoked or given up. An entry stays until it has appeared on one list that was made
 * after its certificate expired (RFC 5280 3.3), so expiry is compared with the list before this one.
 */
async function listEntries(client: Queryable, authorityId: string, number: bigint): Promise<CrlEntry[]> {
  const { rows } = await client.query<{ serial_number: Buffer; revoked_at: Date; reason_code: number | null }>(
    `SELECT serial_number, date_trunc('second', revoked_at) AS revoked_at, reason_code FROM certificate
     WHERE authority_id = $1 AND revoked_at IS NOT NULL
       AND (crl_number IS NULL OR not_after >= coalesce((SELECT max(this_update) FROM crl
         WHERE authority_id = $1 AND state = 'published' AND number < $2), '-infinity'))
     ORDER BY serial_number`,
    [authorityId, number.toString()],
  );
  return rows.map((row) => ({
    serialNumber: row.serial_number,
    revocationDate: row.revoked_at,
    reasonCode: row.reason_code,
  }));
}

function checkDates(row: CrlRow, authority: Authority): void {
  const promisedMs = row.next_update.getTime() - row.this_update.getTime();
  if (promisedMs <= 0 || promisedMs > authority.crlValiditySeconds * 1000 + slackMs)
    throw new Refusal("request-altered", "The dates of this CRL are not those of its authority.");
}

/** The to-be-signed bytes of CRL `number`, from the signer's own reading of the records. */
export function buildTbs(
  authority: Pick<Authority, "certificateDer" | "subjectKeyIdentifier" | "keyAlgorithm">,
  crl: {
    number: bigint;
    thisUpdate: Date;
    nextUpdate: Date;
    entries: readonly CrlEntry[];
  },
): Uint8Array {
  return buildTbsCrl({
    issuer: {
      subjectDer: parseCertificate(authority.certificateDer).subjectDer,
      subjectKeyIdentifier: authority.subjectKeyIdentifier,
      algorithm: authority.keyAlgorithm,
    },
    ...crl,
  });
}

/** Signs a reserved CRL. A sealed authority's key is opened by `rootPassphrase` for this one signature. */
export function createSignCrl(deps: { pool: pg.Pool; keys: KeyRing }) {
  return async (crlId: string, rootPassphrase?: string): Promise<Uint8Array> => {
    const row = await getRequest(deps.pool, crlId);
    const authority = await getAuthority(deps.pool, row.authority_id);
    if (authority.state === "revoked") throw new Refusal("authority-inactive", `${authority.id} is revoked.`);
    checkDates(row, authority);
    const signer = await deps.keys.signerOf(authority, rootPassphrase);
    const tbsDer = buildTbs(authority, {
      number: row.number,
      thisUpdate: row.this_update,
      nextUpdate: row.next_update,
      entries: await listEntries(deps.pool, authority.id, row.number),
    });
    await logSigning(deps.pool, {
      kind: "crl",
      authorityId: authority.id,
      crlNumber: row.number,
      tbsSha256: sha256(tbsDer),
    });
    return signTbs(tbsDer, signer);
  };
}
