import type { KeyAlgorithm } from "@fieldseal/pki/algorithms";
import type pg from "pg";

import type { KeyEnvelope } from "./keys/envelope.ts";
import { Refusal } from "./refusal.ts";

export type Queryable = Pick<pg.ClientBase, "query">;

export type Authority = {
  id: string;
  role: "root" | "issuing";
  state: string;
  keyAlgorithm: KeyAlgorithm;
  certificateDer: Uint8Array;
  subjectKeyIdentifier: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  crlValiditySeconds: number;
  envelope: KeyEnvelope;
};

/** The signer's own view of an authority and its encrypted key. */
export async function getAuthority(client: Queryable, id: string): Promise<Authority> {
  const { rows } = await client.query<{
    id: string;
    role: Authority["role"];
    state: string;
    key_algorithm: KeyAlgorithm;
    certificate_der: Buffer;
    subject_key_identifier: Buffer;
    not_before: Date;
    not_after: Date;
    crl_validity_seconds: number;
    envelope: KeyEnvelope;
  }>(
    `SELECT a.id, a.role, a.state, a.key_algorithm, a.certificate_der, a.subject_key_identifier, a.not_before, a.not_after,
       a.crl_validity_seconds, k.envelope
     FROM authority a JOIN authority_key k ON k.authority_id = a.id WHERE a.id = $1`,
    [id],
  );
  const row = rows[0];
  if (!row) throw new Refusal("request-unknown", `There is no authority ${id} with a key here.`);
  return {
    id: row.id,
    role: row.role,
    state: row.state,
    keyAlgorithm: row.key_algorithm,
    certificateDer: row.certificate_der,
    subjectKeyIdentifier: row.subject_key_identifier,
    notBefore: row.not_before,
    notAfter: row.not_after,
    crlValiditySeconds: row.crl_validity_seconds,
    envelope: row.envelope,
  };
}

/**
 * Writes down, committed, what is about to be signed. The unique keys of the table make a second signature under the
 * same serial or CRL number impossible.
 */
export async function logSigning(
  client: Queryable,
  entry: { authorityId: string; tbsSha256: Uint8Array } & (
    | { kind: "certificate"; serialNumber: Uint8Array }
    | { kind: "crl"; crlNumber: bigint }
  ),
): Promise<void> {
  try {
    await client.query(
      "INSERT INTO signing_log (authority_id, kind, serial_number, crl_number, tbs_sha256) VALUES ($1, $2, $3, $4, $5)",
      [
        entry.authorityId,
        entry.kind,
        entry.kind === "certificate" ? entry.serialNumber : null,
        entry.kind === "crl" ? entry.crlNumber.toString() : null,
        entry.tbsSha256,
      ],
    );
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "23505")
      throw new Refusal("already-signed", "This number was signed before; it is never signed again.", { cause });
    throw cause;
  }
}
