import path from "node:path";

import type { NewNotification } from "@fieldseal/core/alerts/alert-records";
import { systemRandom } from "@fieldseal/core/random";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { type ScratchPostgres, startScratchPostgres } from "../embedded.ts";
import { deploy, foldersOf } from "../migrations.ts";
import { createPool, type Pool } from "../pool.ts";
import { createAlertStore } from "./alert-store.ts";

let postgres: ScratchPostgres;
let pool: Pool;
let store: ReturnType<typeof createAlertStore>;

const now = new Date("2026-11-20T09:00:00Z");
const days = (count: number) => new Date(now.getTime() + count * 86_400_000);
const everything = { endsAfter: days(-400), endsBefore: days(400), after: null, limit: 100 };

beforeAll(async () => {
  postgres = await startScratchPostgres();
  await deploy(postgres.url, foldersOf(path.join(import.meta.dirname, "../../../..")));
  pool = createPool(postgres.url);
  store = createAlertStore(pool);
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
});

beforeEach(async () => {
  await pool.query(`truncate notification, notice, certificate, device, site, authority, "user" cascade`);
  await pool.query(
    `insert into authority (id, role, name, key_custody, key_algorithm, certificate_der, certificate_sha256,
       serial_number, spki_sha256, subject_key_identifier, not_before, not_after, crl_validity_seconds,
       crl_interval_seconds)
     values ('issuing-g1', 'issuing', 'Issuing G1', 'signer', 'ec-p256', '', '', '\\x01', '', '', $1, $2, 1, 1)`,
    [days(-1_000), days(4_000)],
  );
  await pool.query(`insert into site (id, name, contacts) values ('nord', 'Plant Nord', '{ops@example.com}')`);
});

async function addDevice(id: string, state = "active"): Promise<void> {
  await pool.query(
    `insert into device (id, site_id, profile_slug, state, created_by) values ($1, 'nord', 'gateway', $2, 'test')`,
    [id, state],
  );
}

async function addCertificate(
  deviceId: string,
  { endsIn, state = "issued", madeIn = endsIn - 90 }: { endsIn: number; state?: string; madeIn?: number },
): Promise<string> {
  const id = systemRandom.uuid();
  await pool.query(
    `insert into certificate (id, authority_id, serial_number, purpose, device_id, profile_slug, profile_version, state,
       source, subject, common_name, key_algorithm, spki_sha256, tbs_der, tbs_sha256, not_before, not_after,
       precommit_at, issued_at, der, der_sha256, revoked_at, reason_code)
     values ($1, 'issuing-g1', $2::bytea, 'device', $3, 'gateway', 1, $4, 'est-enrol', '', $3, 'ec-p256', $2, '', '', $5, $6,
       $5, case when $4 <> 'precommit' then $5::timestamptz end, case when $4 <> 'precommit' then $2::bytea end,
       case when $4 <> 'precommit' then sha256($2) end, case when $4 = 'revoked' then now() end, case when $4 = 'revoked' then 4 end)`,
    [id, Buffer.from([1, ...systemRandom.bytes(15)]), deviceId, state, days(madeIn), days(endsIn)],
  );
  return id;
}

const listIds = async () => (await store.listExpiryCandidates(everything)).map(({ certificateId }) => certificateId);

describe("candidates", () => {
  test("renewed, revoked and unsigned ones and those of retired devices are left out", async () => {
    for (const id of ["renewed", "lonely", "revoked", "reissued", "pending"]) await addDevice(id);
    await addDevice("gone", "retired");
    await addCertificate("renewed", { endsIn: 10 });
    const successor = await addCertificate("renewed", { endsIn: 70 });
    const lonely = await addCertificate("lonely", { endsIn: 20 });
    await addCertificate("revoked", { endsIn: 20, state: "revoked" });
    const kept = await addCertificate("reissued", { endsIn: 30 });
    await addCertificate("reissued", { endsIn: 60, state: "revoked" });
    const pending = await addCertificate("pending", { endsIn: 40 });
    await addCertificate("pending", { endsIn: 80, state: "precommit" });
    await addCertificate("gone", { endsIn: 5 });
    expect(await listIds()).toEqual([lonely, kept, pending, successor]);
  });

  test("pages by end and identifier without gaps", async () => {
    for (let index = 0; index < 7; index += 1) {
      await addDevice(`d${index}`);
      await addCertificate(`d${index}`, { endsIn: index < 4 ? 10 : 11 });
    }
    const seen: string[] = [];
    let after = null;
    for (;;) {
      const page = await store.listExpiryCandidates({ ...everything, after, limit: 2 });
      seen.push(...page.map(({ certificateId }) => certificateId));
      const last = page.at(-1);
      if (!last) break;
      after = { notAfter: last.notAfter, certificateId: last.certificateId };
    }
    expect(new Set(seen).size).toBe(7);
    expect(seen).toEqual(await listIds());
  });

  test("what was noticed as expired is not read again", async () => {
    await addDevice("d");
    const certificateId = await addCertificate("d", { endsIn: -1 });
    expect(await listIds()).toEqual([certificateId]);
    await store.recordNotices({ at: now, notices: [{ certificateId, stage: "expired", groupId: null }] }, () => []);
    expect(await listIds()).toEqual([]);
  });

  test("the horizon is exclusive at both ends, noticed stages come along", async () => {
    await addDevice("d");
    const certificateId = await addCertificate("d", { endsIn: 10 });
    expect(await store.listExpiryCandidates({ ...everything, endsBefore: days(10) })).toEqual([]);
    expect(await store.listExpiryCandidates({ ...everything, endsAfter: days(10) })).toEqual([]);
    await store.recordNotices({ at: now, notices: [{ certificateId, stage: "digest", groupId: null }] }, () => []);
    const [candidate] = await store.listExpiryCandidates(everything);
    expect(candidate).toMatchObject({ noticedStages: ["digest"], authorityName: "Issuing G1", siteId: "nord" });
  });
});

test("owners of the installation are those who may sign in", async () => {
  await pool.query(
    `insert into "user" (id, name, email, role, disabled_at, updated_at) values
       ('1', 'a', 'a@example.com', 'owner', null, now()), ('2', 'b', 'b@example.com', 'owner', now(), now()),
       ('3', 'c', 'c@example.com', 'auditor', null, now())`,
  );
  expect(await store.listOwnerAddresses()).toEqual(["a@example.com"]);
  expect(await store.listAlertSites(["nord", "nowhere"])).toEqual([
    { id: "nord", name: "Plant Nord", timeZone: "UTC", contacts: ["ops@example.com"] },
  ]);
});

function mail(groupId: string): NewNotification {
  const id = systemRandom.uuid();
  const text = { subject: "s", textBody: "t", htmlBody: "h", messageId: `<${id}@h>` };
  return { id, groupId, kind: "expiry", stage: "digest", siteId: "nord", recipient: "ops@example.com", ...text };
}

describe("notices", () => {
  test("of workers that race with the same certificates each certificate is told of once", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 40; index += 1) {
      await addDevice(`d${index}`);
      ids.push(await addCertificate(`d${index}`, { endsIn: 10 }));
    }
    const told: string[] = [];
    const race = Array.from({ length: 6 }, async (_, worker) => {
      const groupId = systemRandom.uuid();
      const order = worker % 2 === 0 ? ids : ids.toReversed();
      const notices = order.map((certificateId) => ({ certificateId, stage: "digest" as const, groupId }));
      await store.recordNotices({ at: now, notices }, (stored) => {
        told.push(...stored);
        return stored.size > 0 ? [mail(groupId)] : [];
      });
    });
    await Promise.all(race);
    expect(told.toSorted()).toEqual(ids.toSorted());
  });

  test("a failure while composing stores neither notice nor mail", async () => {
    await addDevice("d");
    const certificateId = await addCertificate("d", { endsIn: 10 });
    const groupId = systemRandom.uuid();
    const failing = store.recordNotices({ at: now, notices: [{ certificateId, stage: "digest", groupId }] }, () => {
      throw new Error("template");
    });
    await expect(failing).rejects.toThrow("template");
    expect((await pool.query("select from notice")).rowCount).toBe(0);
  });
});

describe("delivery", () => {
  const claim = (at: Date) => store.claimDueNotifications({ at, claimedUntil: days(1), limit: 5 });

  async function queue(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1)
      await store.recordNotices({ at: now, notices: [] }, () => [mail(systemRandom.uuid())]);
  }

  test("workers that claim at once never get the same mail", async () => {
    await queue(12);
    const batches = await Promise.all([claim(now), claim(now), claim(now), claim(now)]);
    const claimed = batches.flat().map(({ id }) => id);
    const rest = (await claim(now)).map(({ id }) => id);
    const all = [...claimed, ...rest];
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBe(12);
  });

  test("a claim that nobody finished is due again, with the same Message-ID", async () => {
    await queue(1);
    const [first] = await claim(now);
    expect(await claim(now)).toEqual([]);
    const [again] = await claim(days(1));
    expect(again).toMatchObject({ messageId: first?.messageId, tries: 2 });
  });

  test("a late result of an overtaken try is ignored, unless the mail was accepted", async () => {
    await queue(1);
    const [first] = await claim(now);
    await claim(days(1));
    const id = first?.id ?? "";
    const state = async () => (await pool.query("select state, last_response, finished_at from notification")).rows[0];
    await store.recordDelivery({ id, tries: 1, at: now, delivery: { state: "failed", response: "late" } });
    expect(await state()).toMatchObject({ state: "queued" });
    await store.recordDelivery({ id, tries: 1, at: now, delivery: { state: "accepted", response: "250 ok" } });
    expect(await state()).toEqual({ state: "accepted", last_response: "250 ok", finished_at: now });
    await store.recordDelivery({ id, tries: 2, at: now, delivery: { state: "failed", response: "no" } });
    expect(await state()).toMatchObject({ state: "accepted" });
  });

  test("a deferred mail waits for its time; without a mail server it moves to the mailbox", async () => {
    await queue(1);
    const [first] = await claim(now);
    const delivery = { state: "deferred" as const, response: "450 later", nextTryAt: days(2) };
    await store.recordDelivery({ id: first?.id ?? "", tries: 1, at: now, delivery });
    expect(await claim(days(1))).toEqual([]);
    expect(await claim(days(2))).toHaveLength(1);
    expect(await store.moveToMailbox(now)).toBe(1);
    expect(await claim(days(9))).toEqual([]);
  });
});
