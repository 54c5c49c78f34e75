import { randomUUID } from "node:crypto";
import path from "node:path";

import { createRevokeCertificate } from "@fieldseal/core/revocation/revoke-certificate";
import { grants, provisionRoles } from "@fieldseal/db/roles";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createWorld, enrolInput, makeCsr, operator, rootPassphrase, type World } from "../support/world.ts";

/**
 * The console is hostile by assumption (security.md T01): somebody who runs code in it has its database role and can
 * open the signer's socket. With both, nothing gets signed, no key is read, and nothing that was recorded changes.
 */
let world: World;
let intruder: pg.Client;
let issuedId: string;
beforeAll(async () => {
  world = await createWorld();
  const device = await world.newDevice("pump-017");
  issuedId = (await world.enrol(enrolInput(device, makeCsr("pump-017")))).certificateId;
  const stolen = await world.newDevice("pump-018");
  const { certificateId } = await world.enrol(enrolInput(stolen, makeCsr("pump-018")));
  await createRevokeCertificate(world)({ actor: operator, certificateId, reason: "keyCompromise", note: null });
  const { urls } = await provisionRoles({
    adminUrl: world.url,
    grants,
    passwordsFile: path.join(world.folder, "roles.json"),
  });
  intruder = new pg.Client({ connectionString: urls.console });
  await intruder.connect();
}, 60_000);
afterAll(async () => {
  await intruder.end();
  await world.close();
});

const forge = `INSERT INTO certificate (id, authority_id, serial_number, purpose, device_id, profile_slug, profile_version, source, subject,
  common_name, key_algorithm, spki_sha256, tbs_der, tbs_sha256, not_before, not_after, precommit_at)
  SELECT gen_random_uuid(), authority_id, serial_number || '\\x01', purpose, device_id, profile_slug, profile_version, source, subject,
  common_name, key_algorithm, spki_sha256, tbs_der, tbs_sha256, not_before, not_after, now() FROM certificate LIMIT 1`;

test.each([
  ["insert a request of its own", forge],
  ["turn an issued certificate back into a request", "UPDATE certificate SET state = 'precommit'"],
  ["change the to-be-signed bytes", "UPDATE certificate SET tbs_der = '\\x00'"],
  ["move a certificate to another device", "UPDATE certificate SET device_id = 'other'"],
  ["lengthen a certificate", "UPDATE certificate SET not_after = now() + interval '50 years'"],
  ["undo a revocation", "UPDATE certificate SET state = 'issued', revoked_at = NULL"],
  ["delete a certificate", "DELETE FROM certificate"],
  ["read a CA key", "SELECT * FROM authority_key"],
  ["replace a CA key", "UPDATE authority_key SET envelope = '{}'"],
  ["make an authority", "INSERT INTO authority DEFAULT VALUES"],
  ["change an authority", "UPDATE authority SET state = 'retired'"],
  ["lengthen the life of CRLs", "UPDATE authority SET crl_validity_seconds = 1"],
  [
    "ask for a CRL of its own making",
    "INSERT INTO crl (id, authority_id, number, cause, this_update, next_update) VALUES (gen_random_uuid(), 'issuing-g1', 99, 'manual', now(), now() + interval '9 years')",
  ],
  ["take a published CRL back", "UPDATE crl SET state = 'failed'"],
  ["change a profile", `UPDATE profile SET config = jsonb_set(config, '{validityDays}', '9999')`],
  [
    "write the signing log",
    "INSERT INTO signing_log (authority_id, kind, tbs_sha256) VALUES ('issuing-g1', 'crl', '\\x00')",
  ],
  ["clear the signing log", "DELETE FROM signing_log"],
  ["write the audit log by hand", "INSERT INTO audit_event SELECT * FROM audit_event"],
  ["change the audit log", "UPDATE audit_event SET actor_id = 'nobody'"],
  ["empty the audit log", "TRUNCATE audit_event"],
  ["switch a guard off", "ALTER TABLE certificate DISABLE TRIGGER ALL"],
  [
    "replace the function that writes the audit log",
    "CREATE OR REPLACE FUNCTION audit_append() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  ],
  ["begin set-up again", "UPDATE installation SET setup_state = 'unclaimed', setup_code_hash = NULL"],
  ["point new certificates elsewhere", "UPDATE installation SET public_url = 'http://evil.example'"],
  ["give itself another role", "SET ROLE fieldseal"],
  ["read a file of the server", "SELECT pg_read_file('/etc/passwd')"],
  ["run a program", "COPY site TO PROGRAM 'cat'"],
])("it cannot %s", async (_, sql) => {
  await expect(intruder.query(sql)).rejects.toThrow();
});

test("the signer refuses every id that it can name", async () => {
  const [crl] = await world.query("SELECT id FROM crl LIMIT 1");
  const refused = (promise: Promise<unknown>) =>
    expect(promise).rejects.toThrow(/request-unknown|already-signed|already-initialised/);
  await refused(world.signer.signCertificate(randomUUID()));
  await refused(world.signer.signCertificate(issuedId));
  await refused(world.signer.signCrl(randomUUID()));
  await refused(world.signer.signCrl(String(crl?.["id"]), rootPassphrase));
  await refused(world.signer.runFirstCeremony({ ceremonyId: randomUUID(), rootPassphrase }));
});
