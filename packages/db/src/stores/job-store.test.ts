import path from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { type ScratchPostgres, startScratchPostgres } from "../embedded.ts";
import { deploy, foldersOf } from "../migrations.ts";
import { createPool, type Pool } from "../pool.ts";
import { createJobStore, type JobStore } from "./job-store.ts";

let postgres: ScratchPostgres;
let pool: Pool;
let jobs: JobStore;

beforeAll(async () => {
  postgres = await startScratchPostgres();
  await deploy(postgres.url, foldersOf(path.join(import.meta.dirname, "../../../..")));
  pool = createPool(postgres.url, { max: 20 });
  jobs = createJobStore(pool);
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
});

const name = "notify-expiring";
const lease = { name, leaseSeconds: 60, tickAt: null };
const inFuture = () => new Date("2100-01-01T00:00:00Z");

beforeEach(async () => {
  await pool.query("truncate job");
  await jobs.registerJob({ name, schedule: "* * * * *" });
});

describe("leases", () => {
  test("of many workers at once one gets the lease, a thousand times", async () => {
    for (let round = 0; round < 1_000; round += 1) {
      const leases = await Promise.all(
        Array.from({ length: 8 }, (_, worker) => jobs.acquireLease({ ...lease, owner: `w${worker}` })),
      );
      const won = leases.filter((one) => one !== null);
      expect(won.length).toBe(1);
      expect(won[0]?.fencingToken).toBe(BigInt(round + 1));
      await pool.query("update job set leased_until = null");
    }
  }, 60_000);

  test("a tick that somebody ran is not run again, whatever the clocks of the workers say", async () => {
    const tickAt = new Date("2099-12-31T23:59:00Z");
    const first = await jobs.acquireLease({ ...lease, owner: "a", tickAt });
    expect(first).not.toBeNull();
    const { fencingToken } = first ?? { fencingToken: 0n };
    const result = { name, fencingToken, outcome: "done" as const, detail: "ok", decideNextRun: inFuture };
    expect(await jobs.finishRun(result)).toBe(true);
    expect(await jobs.acquireLease({ ...lease, owner: "b", tickAt })).toBeNull();
    expect(await jobs.acquireLease({ ...lease, owner: "b", tickAt: inFuture() })).not.toBeNull();
  });

  test("a run outside the schedule needs only the lease", async () => {
    await pool.query("update job set next_run_at = now() + interval '1 day'");
    expect(await jobs.acquireLease({ ...lease, owner: "a" })).not.toBeNull();
  });

  test("a lease that ran out goes to another worker, and the late result of the first is discarded", async () => {
    const first = await jobs.acquireLease({ ...lease, owner: "a", leaseSeconds: -1 });
    const second = await jobs.acquireLease({ ...lease, owner: "b" });
    const firstToken = first?.fencingToken ?? 0n;
    const secondToken = second?.fencingToken ?? 0n;
    expect(secondToken).toBe(firstToken + 1n);

    const renewal = { name, leaseSeconds: 60, detail: null };
    expect(await jobs.renewLease({ ...renewal, fencingToken: firstToken })).toBe(false);
    expect(await jobs.renewLease({ ...renewal, fencingToken: secondToken })).toBe(true);
    const late = { name, outcome: "done" as const, detail: "late", decideNextRun: inFuture };
    expect(await jobs.finishRun({ ...late, fencingToken: firstToken })).toBe(false);
    expect(await jobs.finishRun({ ...late, fencingToken: secondToken, detail: "mine" })).toBe(true);
    const { rows } = await pool.query("select last_detail, lease_owner, last_outcome, next_run_at from job");
    expect(rows).toEqual([{ last_detail: "mine", lease_owner: null, last_outcome: "done", next_run_at: inFuture() }]);
  });

  test("a new job is due at once; one that runs is not overdue; one that died in the middle is again", async () => {
    expect((await jobs.listOverdue(0)).map((job) => job.name)).toEqual([name]);
    await jobs.acquireLease({ ...lease, owner: "a" });
    expect(await jobs.listOverdue(0)).toEqual([]);
    await pool.query("update job set leased_until = now() - interval '1 second'");
    expect((await jobs.listOverdue(0)).map((job) => job.name)).toEqual([name]);
    expect(await jobs.listOverdue(3_600)).toEqual([]);
  });

  test("registering again keeps what is known and changes the schedule", async () => {
    await jobs.acquireLease({ ...lease, owner: "a" });
    await jobs.registerJob({ name, schedule: "*/5 * * * *" });
    const { rows } = await pool.query("select schedule, lease_owner from job");
    expect(rows).toEqual([{ schedule: "*/5 * * * *", lease_owner: "a" }]);
  });
});

test("a sign of life is one row, and purging takes the dead ones", async () => {
  const startedAt = new Date("2026-11-20T09:00:00Z");
  await jobs.beat({ id: "w1", startedAt, detail: { smtp: false, smtpHost: null } });
  await jobs.beat({ id: "w1", startedAt, detail: { smtp: true, smtpHost: "mail" } });
  await jobs.beat({ id: "w2", startedAt, detail: {} });
  await pool.query("update process_status set beat_at = now() - interval '2 days' where id = 'w2'");
  await pool.query(
    `insert into attempt (first_at, last_at, operation, outcome)
     select at, at, 'enrol', 'refused' from (values (now() - interval '91 days'), (now() - interval '89 days')) as a (at)`,
  );
  expect(await jobs.purgeExpired(10)).toEqual({ attempts: 1, sessions: 0, processes: 1 });
  const { rows } = await pool.query("select id, kind, detail from process_status");
  expect(rows).toEqual([{ id: "w1", kind: "worker", detail: { smtp: true, smtpHost: "mail" } }]);
  await jobs.removeStatus("w1");
  expect((await pool.query("select from process_status")).rowCount).toBe(0);
});

test("NOTIFY wakes, and listening survives a lost connection", async () => {
  const lost: unknown[] = [];
  let notices = 0;
  const stop = jobs.listen("fieldseal_crl", { onNotice: () => (notices += 1), onLost: (error) => lost.push(error) });
  const listening = "from pg_stat_activity where query ilike 'listen %' and pid <> pg_backend_pid()";
  await expect.poll(async () => (await pool.query(`select ${listening}`)).rowCount, { timeout: 5_000 }).toBe(1);
  await pool.query("notify fieldseal_crl, 'issuing-g1'");
  await expect.poll(() => notices, { timeout: 5_000 }).toBe(1);

  await pool.query(`select pg_terminate_backend(pid) ${listening}`);
  // Back again it speaks once, because something may have been missed.
  await expect.poll(() => notices, { timeout: 10_000 }).toBe(2);
  expect(lost.length).toBeGreaterThan(0);
  stop();
  await expect.poll(async () => (await pool.query(`select ${listening}`)).rowCount, { timeout: 5_000 }).toBe(0);
}, 30_000);
