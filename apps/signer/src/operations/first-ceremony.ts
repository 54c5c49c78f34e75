import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";

import { caIssuersUrlOf, crlUrlOf } from "@fieldseal/pki/certificate/addresses";
import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { signTbs } from "@fieldseal/pki/certificate/sign";
import { buildTbsAuthority } from "@fieldseal/pki/certificate/template";
import { verifyIssuedBy } from "@fieldseal/pki/certificate/verify";
import { toHex } from "@fieldseal/pki/hex";
import { keyIdentifierOf, sha256 } from "@fieldseal/pki/key-identifier";
import { lintCertificate } from "@fieldseal/pki/lint/index";
import { type DistinguishedName, encodeName, formatName } from "@fieldseal/pki/name";
import { createSerialNumber } from "@fieldseal/pki/serial-number";
import { createSigner, type Signer } from "@fieldseal/pki/signer";
import type pg from "pg";

import { type KeyEnvelope, sealPrivateKey } from "../keys/envelope.ts";
import { createKekFile, readKek } from "../keys/kek.ts";
import { logSigning } from "../records.ts";
import { Refusal } from "../refusal.ts";
import { buildTbs } from "./sign-crl.ts";

const day = 86_400;

/** Issue defaults: root P-384, 20 years, sealed; issuing CA P-256, 5 years, in the signer's keeping. */
const plan = {
  root: {
    id: "root-g1",
    role: "root",
    years: 20,
    pathLen: 1,
    custody: "sealed",
    crlValidity: 180 * day,
    crlInterval: 90 * day,
  },
  issuing: {
    id: "issuing-g1",
    role: "issuing",
    years: 5,
    pathLen: 0,
    custody: "signer",
    crlValidity: 7 * day,
    crlInterval: day,
  },
} as const;

type Made = {
  settings: (typeof plan)["root"] | (typeof plan)["issuing"];
  name: string;
  signer: Signer;
  envelope: KeyEnvelope;
  certificateDer: Uint8Array;
  tbsDer: Uint8Array;
  serialNumber: Uint8Array;
  notBefore: Date;
  notAfter: Date;
};

type Installation = { organization: string; publicUrl: string; serialPrefix: number; now: Date };

function yearsAfter(start: Date, years: number): Date {
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return end;
}

async function makeAuthority(
  installation: Installation,
  settings: Made["settings"],
  key: { curve: "P-256" | "P-384"; wrapping: Parameters<typeof sealPrivateKey>[2] },
  parent: Made | null,
): Promise<Made> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: key.curve });
  const signer = createSigner(privateKey);
  const name = `${installation.organization} ${settings.role === "root" ? "Root" : "Issuing"} G1`;
  const subject: DistinguishedName = [
    { type: "O", value: installation.organization },
    { type: "CN", value: name },
  ];
  const issuer = parent ?? { signer, certificateDer: null };
  const issuerSubjectDer = parent ? parseCertificate(parent.certificateDer).subjectDer : encodeName(subject);
  const notBefore = new Date(Math.floor(installation.now.getTime() / 1000) * 1000 - 5 * 60_000);
  const notAfter = yearsAfter(notBefore, settings.years);
  const serialNumber = createSerialNumber(installation.serialPrefix, new Uint8Array(randomBytes(16)));
  const tbsDer = buildTbsAuthority({
    issuer: {
      subjectDer: issuerSubjectDer,
      subjectKeyIdentifier: keyIdentifierOf(issuer.signer.spkiDer),
      algorithm: issuer.signer.algorithm,
    },
    serialNumber,
    subject,
    spkiDer: signer.spkiDer,
    notBefore,
    notAfter,
    pathLenConstraint: settings.pathLen,
    crlUrl: parent ? crlUrlOf(installation.publicUrl, parent.settings.id) : null,
    caIssuersUrl: parent ? caIssuersUrlOf(installation.publicUrl, parent.settings.id) : null,
  });
  const certificateDer = signTbs(tbsDer, issuer.signer);
  const envelope = await sealPrivateKey(privateKey, settings.id, key.wrapping);
  return { settings, name, signer, envelope, certificateDer, tbsDer, serialNumber, notBefore, notAfter };
}

/** Reads back both certificates; a chain that does not hold is never stored. */
function checkChain(root: Made, issuing: Made): void {
  const rootCertificate = parseCertificate(root.certificateDer);
  const issuingCertificate = parseCertificate(issuing.certificateDer);
  verifyIssuedBy(rootCertificate, rootCertificate);
  verifyIssuedBy(issuingCertificate, rootCertificate);
  for (const [made, issuer] of [
    [root, rootCertificate],
    [issuing, rootCertificate],
  ] as const) {
    const fault = lintCertificate(made.certificateDer, { issuer }).find(({ severity }) => severity === "error");
    if (fault) throw new Refusal("fault", `${made.name} would break ${fault.clause}: ${fault.message}`);
  }
}

async function lockInstallation(client: pg.ClientBase, ceremonyId: string): Promise<Installation> {
  const { rows } = await client.query<{
    setup_state: string;
    ceremony_id: string | null;
    organization: string;
    public_url: string;
    serial_prefix: number;
    now: Date;
  }>(
    "SELECT setup_state, ceremony_id, organization, public_url, serial_prefix, now() AS now FROM installation WHERE id = 1 FOR UPDATE",
  );
  const row = rows[0];
  if (!row || row.setup_state === "complete" || row.ceremony_id !== ceremonyId)
    throw new Refusal("already-initialised", "This installation is already set up. Nothing was changed.");
  return { organization: row.organization, publicUrl: row.public_url, serialPrefix: row.serial_prefix, now: row.now };
}

async function storeAuthority(client: pg.ClientBase, made: Made, issuer: Made): Promise<void> {
  const { settings, signer, certificateDer } = made;
  const certificate = parseCertificate(certificateDer);
  await client.query(
    `INSERT INTO authority (id, role, name, parent_id, key_custody, key_algorithm, certificate_der, certificate_sha256,
       serial_number, spki_sha256, subject_key_identifier, not_before, not_after, crl_validity_seconds, crl_interval_seconds)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)`,
    [
      settings.id,
      settings.role,
      made.name,
      issuer === made ? null : issuer.settings.id,
      settings.custody,
      signer.algorithm,
      certificateDer,
      sha256(certificateDer),
      made.serialNumber,
      sha256(signer.spkiDer),
      keyIdentifierOf(signer.spkiDer),
      made.notBefore,
      made.notAfter,
      settings.crlValidity,
      settings.crlInterval,
    ],
  );
  await client.query("INSERT INTO authority_key (authority_id, envelope) VALUES ($1, $2)", [
    settings.id,
    JSON.stringify(made.envelope),
  ]);
  await client.query(
    `INSERT INTO certificate (id, authority_id, serial_number, purpose, profile_slug, profile_version, state, source, subject,
       common_name, subject_alt_names, key_algorithm, spki_sha256, tbs_der, tbs_sha256, der, der_sha256, not_before, not_after,
       precommit_at, issued_at)
     VALUES ($1,$2,$3,'authority',$4,1,'issued','setup',$5,$6,'{}',$7,$8,$9,$10,$11,$12,$13,$14, now(), now())`,
    [
      randomUUID(),
      issuer.settings.id,
      made.serialNumber,
      settings.role === "root" ? "root-ca" : "issuing-ca",
      formatName(certificate.subject),
      made.name,
      signer.algorithm,
      sha256(signer.spkiDer),
      made.tbsDer,
      sha256(made.tbsDer),
      certificateDer,
      sha256(certificateDer),
      made.notBefore,
      made.notAfter,
    ],
  );
  await logSigning(client, {
    kind: "certificate",
    authorityId: issuer.settings.id,
    serialNumber: made.serialNumber,
    tbsSha256: sha256(made.tbsDer),
  });
}

/** CRL number 1: nothing is revoked yet, but relying parties that check need a list from the first day. */
async function storeFirstCrl(client: pg.ClientBase, made: Made, now: Date): Promise<void> {
  const thisUpdate = made.notBefore;
  const nextUpdate = new Date(Math.floor(now.getTime() / 1000) * 1000 + made.settings.crlValidity * 1000);
  const authority = {
    certificateDer: made.certificateDer,
    subjectKeyIdentifier: keyIdentifierOf(made.signer.spkiDer),
    keyAlgorithm: made.signer.algorithm,
  };
  const tbsDer = buildTbs(authority, { number: 1n, thisUpdate, nextUpdate, entries: [] });
  await logSigning(client, { kind: "crl", authorityId: made.settings.id, crlNumber: 1n, tbsSha256: sha256(tbsDer) });
  const der = signTbs(tbsDer, made.signer);
  await client.query(
    `INSERT INTO crl (id, authority_id, number, state, cause, this_update, next_update, entry_count, der, der_sha256, published_at)
     VALUES ($1, $2, 1, 'published', 'setup', $3, $4, 0, $5, $6, now())`,
    [randomUUID(), made.settings.id, thisUpdate, nextUpdate, der, sha256(der)],
  );
}

async function audit(
  client: pg.ClientBase,
  action: string,
  targetKind: string,
  targetId: string,
  detail: object,
): Promise<void> {
  await client.query("SELECT audit_append('system', 'signer', $1, $2, $3, 'done', $4, NULL)", [
    action,
    targetKind,
    targetId,
    JSON.stringify(detail),
  ]);
}

/**
 * Makes both authorities, their keys and their first CRLs in one transaction, for the one ceremony that the
 * installation names. The root's key leaves this function only encrypted under the passphrase: sealed.
 */
export function createFirstCeremony(deps: { pool: pg.Pool; kekFile: string }) {
  return async ({ ceremonyId, rootPassphrase }: { ceremonyId: string; rootPassphrase: string }) => {
    const client = await deps.pool.connect();
    try {
      await client.query("BEGIN");
      const installation = await lockInstallation(client, ceremonyId);
      // Only now: a lost key-encryption key must never be replaced by a new one unnoticed.
      createKekFile(deps.kekFile);
      const kek = readKek(deps.kekFile);
      const root = await makeAuthority(
        installation,
        plan.root,
        { curve: "P-384", wrapping: { kind: "passphrase", passphrase: rootPassphrase } },
        null,
      );
      const issuing = await makeAuthority(
        installation,
        plan.issuing,
        { curve: "P-256", wrapping: { kind: "kek", kek } },
        root,
      );
      checkChain(root, issuing);
      await storeAuthority(client, root, root);
      await storeAuthority(client, issuing, root);
      await storeFirstCrl(client, root, installation.now);
      await storeFirstCrl(client, issuing, installation.now);
      await client.query(
        `UPDATE installation SET setup_state = 'complete', completed_at = now(), setup_code_hash = NULL,
           setup_code_expires_at = NULL WHERE id = 1`,
      );
      const rootSha256Hex = toHex(sha256(root.certificateDer));
      await audit(client, "authority.create", "authority", root.settings.id, {
        sha256: rootSha256Hex,
        custody: "sealed",
      });
      await audit(client, "authority.create", "authority", issuing.settings.id, {
        sha256: toHex(sha256(issuing.certificateDer)),
        custody: "signer",
      });
      await audit(client, "crl.publish", "crl", `${root.settings.id}#1`, { cause: "setup", entries: 0 });
      await audit(client, "crl.publish", "crl", `${issuing.settings.id}#1`, { cause: "setup", entries: 0 });
      await client.query("SELECT pg_notify('fieldseal_setup', 'complete')");
      await client.query("COMMIT");
      return { rootAuthorityId: root.settings.id, issuingAuthorityId: issuing.settings.id, rootSha256Hex };
    } catch (error) {
      await client.query("ROLLBACK").catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  };
}
