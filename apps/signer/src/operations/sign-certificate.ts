import type { KeyAlgorithm } from "@fieldseal/pki/algorithms";
import { pointersOf } from "@fieldseal/pki/certificate/addresses";
import { decideNames } from "@fieldseal/pki/certificate/names";
import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { serviceIdentityOf } from "@fieldseal/pki/certificate/service-identity";
import { signTbs } from "@fieldseal/pki/certificate/sign";
import { buildTbsCertificate } from "@fieldseal/pki/certificate/template";
import { decideValidity } from "@fieldseal/pki/certificate/validity";
import { parseCsr } from "@fieldseal/pki/csr/parse";
import { equalBytes } from "@fieldseal/pki/hex";
import { sha256 } from "@fieldseal/pki/key-identifier";
import { createProfile } from "@fieldseal/pki/profile";
import type pg from "pg";

import type { KeyRing } from "../keys/key-ring.ts";
import { type Authority, getAuthority, logSigning } from "../records.ts";
import { Refusal } from "../refusal.ts";

type RequestRow = {
  authority_id: string;
  serial_number: Buffer;
  purpose: "device" | "service";
  device_id: string | null;
  state: string;
  age_seconds: number;
  key_algorithm: KeyAlgorithm;
  csr_der: Buffer;
  tbs_der: Buffer;
  lint: { severity: string }[];
  not_before: Date;
  not_after: Date;
  precommit_at: Date;
  config: unknown;
  dns_names: string[] | null;
  ip_addresses: string[] | null;
  application_uri: string | null;
  device_state: string | null;
  organization: string | null;
  host_name: string;
  public_url: string;
  serial_prefix: number;
};

const maxAgeSeconds = 300;

async function getRequest(pool: pg.Pool, certificateId: string): Promise<RequestRow> {
  const { rows } = await pool.query<RequestRow>(
    `SELECT c.authority_id, c.serial_number, c.purpose, c.device_id, c.state,
       extract(epoch FROM now() - c.precommit_at)::float8 AS age_seconds, c.key_algorithm, c.csr_der, c.tbs_der, c.lint,
       c.not_before, c.not_after, c.precommit_at, p.config, d.dns_names, d.ip_addresses, d.application_uri,
       d.state AS device_state, i.organization, i.host_name, i.public_url, i.serial_prefix
     FROM certificate c
     JOIN profile p ON p.slug = c.profile_slug AND p.version = c.profile_version
     CROSS JOIN installation i
     LEFT JOIN device d ON d.id = c.device_id
     WHERE c.id = $1`,
    [certificateId],
  );
  const row = rows[0];
  if (!row) throw new Refusal("request-unknown", "There is no such request.");
  return row;
}

function checkState(row: RequestRow, authority: Authority): void {
  if (row.state !== "precommit") throw new Refusal("already-signed", `This request is ${row.state}.`);
  if (row.age_seconds > maxAgeSeconds)
    throw new Refusal("request-altered", "This reservation is too old to be signed.");
  if (row.lint.some(({ severity }) => severity === "error"))
    throw new Refusal("request-altered", "The lint of this request found errors.");
  if (row.serial_number[0] !== row.serial_prefix)
    throw new Refusal("request-altered", "The serial number does not begin with the prefix of this installation.");
  if (authority.state !== "active" || authority.role !== "issuing")
    throw new Refusal("authority-inactive", `${authority.id} does not issue.`);
  if (row.purpose === "device" && row.device_state !== "active")
    throw new Refusal("request-altered", "The device of this request is not active.");
}

/** Builds the bytes again from profile, device record and key; what is stored must be exactly that. */
function rebuild(row: RequestRow, authority: Authority): Uint8Array {
  const profile = createProfile(row.config);
  if (profile.purpose !== row.purpose) throw new Refusal("request-altered", "The profile is for another purpose.");
  const identity =
    row.purpose === "device"
      ? {
          deviceId: row.device_id ?? "",
          organization: row.organization,
          dnsNames: row.dns_names ?? [],
          ipAddresses: row.ip_addresses ?? [],
          applicationUri: row.application_uri,
        }
      : serviceIdentityOf(row.host_name, row.organization);
  const validity = decideValidity({
    profile,
    issuerNotBefore: authority.notBefore,
    issuerNotAfter: authority.notAfter,
    now: row.precommit_at,
  });
  return buildTbsCertificate({
    profile,
    keyAlgorithm: row.key_algorithm,
    issuer: {
      subjectDer: parseCertificate(authority.certificateDer).subjectDer,
      subjectKeyIdentifier: authority.subjectKeyIdentifier,
      algorithm: authority.keyAlgorithm,
    },
    serialNumber: row.serial_number,
    ...decideNames(profile, identity),
    spkiDer: parseCsr(row.csr_der).spkiDer,
    ...validity,
    ...pointersOf(profile, row.public_url, authority.id),
  });
}

/**
 * Signs one reserved certificate. It trusts no requester: it reads the rows with its own database role, rebuilds the
 * to-be-signed bytes, and commits to the signing log before the key is used.
 */
export function createSignCertificate(deps: { pool: pg.Pool; keys: KeyRing; assertBelowCeiling: () => void }) {
  return async (certificateId: string): Promise<Uint8Array> => {
    deps.assertBelowCeiling();
    const row = await getRequest(deps.pool, certificateId);
    const authority = await getAuthority(deps.pool, row.authority_id);
    checkState(row, authority);
    const tbsDer = rebuild(row, authority);
    if (!equalBytes(tbsDer, row.tbs_der))
      throw new Refusal("request-altered", "The stored request differs from what profile and device record give.");
    const signer = await deps.keys.signerOf(authority);
    await logSigning(deps.pool, {
      kind: "certificate",
      authorityId: authority.id,
      serialNumber: row.serial_number,
      tbsSha256: sha256(tbsDer),
    });
    return signTbs(tbsDer, signer);
  };
}
