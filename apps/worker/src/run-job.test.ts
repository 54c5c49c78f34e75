import path from "node:path";

import { systemClock as clock } from "@fieldseal/core/clock";
import { type ScratchPostgres, startScratchPostgres } from "@fieldseal/db/embedded";
import { deploy, foldersOf } from "@fieldseal/db/migrations";
import { createPool, type Pool } from "@fieldseal/db/pool";
import { createJobStore, type JobStore } from "@fieldseal/db/stores/job-store";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createOutage } from "./outage.ts";
import { createRunJob, type Job, type JobLeases } from "./run-job.ts";
import { createScheduler } from "./schedule-jobs.ts";

let postgres: ScratchPostgres;
let pool: Pool;
let store: JobStore;

beforeAll(async () => {
  postgres = await startScratchPostgres();
  await deploy(postgres.url, foldersOf(path.join(import.meta.dirname, "../../..")));
  pool = createPool(postgres.url, { max: 20 });
  store = createJobStore(pool);
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
});

const name = "notify-expiring";
const never = new AbortController().signal;

type Line = Record<string, unknown>;

beforeEach(async () => {
  await pool.query("truncate job");
  await store.registerJob({ name, schedule: "*/10 * * * *" });
});

function createWorkerParts(owner: string, leases: JobLeases = store) {
  const lines: Line[] = [];
  const log = (fields: Line) => void lines.push(fields);
  return { lines, log, runJob: createRunJob({ leases, owner, clock, log }) };
}

function createJob(run: Job["run"], leaseSeconds = 60): Job {
  return { name, schedule: "*/10 * * * *", leaseSeconds, run };
}

type Row = {
  lease_owner: string | null;
  leased_until: Date;
  last_started_at: Date;
  last_finished_at: Date;
  last_outcome: string;
  last_detail: string;
  next_run_at: Date;
};

async function readRow(): Promise<Row> {
  const { rows } = await pool.query<Row>(
    `select lease_owner, leased_until, last_started_at, last_finished_at, last_outcome, last_detail, next_run_at
       from job`,
  );
  const [row] = rows;
  if (!row) throw new Error("there is no job");
  return row;
}

describe("one run", () => {
  test("works with PostgreSQL's time, leaves its result and one line of log", async () => {
    const { lines, runJob } = createWorkerParts("a");
    let seen = new Date(0);
    const job = createJob(async ({ now }) => {
      seen = now;
      return "3 mails";
    });
    expect(await runJob(job, { tickAt: null, signal: never })).toBe("done");
    expect(lines).toEqual([{ job: name, outcome: "done", durationMs: expect.any(Number), detail: "3 mails" }]);
    const row = await readRow();
    expect(row).toMatchObject({
      last_outcome: "done",
      last_detail: "3 mails",
      lease_owner: null,
      last_started_at: seen,
    });
    expect(row.next_run_at.getTime()).toBeGreaterThan(row.last_finished_at.getTime());
    expect(row.next_run_at.getUTCMinutes() % 10).toBe(0);
  });

  test("that throws is a failed run, and the next one comes by schedule", async () => {
    const { lines, runJob } = createWorkerParts("a");
    const job = createJob(async () => {
      throw new Error("poison");
    });
    expect(await runJob(job, { tickAt: null, signal: never })).toBe("failed");
    expect(lines).toMatchObject([{ outcome: "failed", detail: "poison" }]);
    expect(await readRow()).toMatchObject({ last_outcome: "failed", last_detail: "poison", lease_owner: null });
  });

  test("keeps its lease while it lasts and shows how far it is", async () => {
    const { runJob } = createWorkerParts("a");
    const job = createJob(async ({ progress }) => {
      const { leased_until: first } = await readRow();
      progress("half way");
      await expect.poll(async () => (await readRow()).leased_until > first, { timeout: 5_000 }).toBe(true);
      expect((await readRow()).last_detail).toBe("half way");
      return "ok";
    }, 0.6);
    expect(await runJob(job, { tickAt: null, signal: never })).toBe("done");
  });
});

describe("two workers", () => {
  test("never do the same job at once, and a tick only once, in fifty races", async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const job = createJob(async () => {
      running += 1;
      runs += 1;
      most = Math.max(most, running);
      await pool.query("select 1");
      running -= 1;
      return "ok";
    });
    const workers = Array.from({ length: 4 }, (_, index) => createWorkerParts(`w${index}`));
    for (let round = 0; round < 50; round += 1) {
      const tickAt = new Date(Date.UTC(2100, 0, 1) + round * 600_000);
      await Promise.all(workers.map(({ runJob }) => runJob(job, { tickAt, signal: never })));
    }
    expect({ most, runs }).toEqual({ most: 1, runs: 50 });
    expect(workers.flatMap(({ lines }) => lines).length).toBe(50);
  });

  test("the result of one that was stopped longer than its lease is discarded (F22)", async () => {
    const frozen: JobLeases = { ...store, renewLease: async () => true };
    const first = createWorkerParts("a", frozen);
    const second = createWorkerParts("b");
    const job = createJob(async () => {
      await pool.query("update job set leased_until = now() - interval '1 second'");
      expect(
        await second.runJob(
          createJob(async () => "by b"),
          { tickAt: null, signal: never },
        ),
      ).toBe("done");
      return "by a";
    });
    expect(await first.runJob(job, { tickAt: null, signal: never })).toBe("lost");
    expect(first.lines).toMatchObject([{ outcome: "lost", detail: "by a" }]);
    expect(await readRow()).toMatchObject({ last_detail: "by b" });
  });

  test("a run whose lease is taken is told to leave", async () => {
    const { runJob } = createWorkerParts("a");
    const job = createJob(async ({ signal }) => {
      await pool.query("update job set fencing_token = fencing_token + 1");
      await expect.poll(() => signal.aborted, { timeout: 5_000 }).toBe(true);
      return "left";
    }, 0.3);
    expect(await runJob(job, { tickAt: null, signal: never })).toBe("lost");
  });
});

describe("the schedule", () => {
  function createSchedule(job: Job) {
    const { lines, log, runJob } = createWorkerParts("a");
    const scheduler = createScheduler({
      jobs: [job],
      runJob,
      listOverdue: (graceSeconds) => store.listOverdue(graceSeconds),
      log,
      outage: createOutage(log),
    });
    return { lines, scheduler };
  }

  test("a missed run happens at once, and once", async () => {
    await pool.query("update job set next_run_at = now() - interval '3 days'");
    let runs = 0;
    const { lines, scheduler } = createSchedule(createJob(async () => `run ${(runs += 1)}`));
    await scheduler.catchUp(0);
    await expect.poll(() => lines.length, { timeout: 5_000 }).toBe(1);
    await scheduler.catchUp(0);
    await scheduler.stop(5_000);
    expect(runs).toBe(1);
  });

  test("what is triggered during a run runs once more afterwards", async () => {
    let runs = 0;
    const { lines, scheduler } = createSchedule(
      createJob(async () => {
        runs += 1;
        if (runs === 1) for (let again = 0; again < 5; again += 1) scheduler.trigger(name);
        return "ok";
      }),
    );
    scheduler.trigger(name);
    await expect.poll(() => lines.length, { timeout: 5_000 }).toBe(2);
    await scheduler.stop(5_000);
    expect(runs).toBe(2);
  });

  test("stopping waits for the run, starts none, and does not wait for ever", async () => {
    let leave = (_detail: string) => {};
    const { lines, scheduler } = createSchedule(
      createJob(({ signal }) => {
        signal.addEventListener("abort", () => leave("stopped early"));
        return new Promise<string>((resolve) => (leave = resolve));
      }),
    );
    scheduler.start();
    scheduler.trigger(name);
    await expect.poll(async () => (await readRow()).lease_owner, { timeout: 5_000 }).toBe("a");
    await scheduler.stop(5_000);
    expect(lines).toMatchObject([{ outcome: "done", detail: "stopped early" }]);
    scheduler.trigger(name);
    await scheduler.catchUp(0);
    expect(lines.length).toBe(1);

    await pool.query("update job set next_run_at = null");
    const stuck = createSchedule(createJob(() => new Promise<string>(() => undefined)));
    stuck.scheduler.trigger(name);
    await expect.poll(async () => (await readRow()).lease_owner, { timeout: 5_000 }).toBe("a");
    await stuck.scheduler.stop(50);
  });

  test("the records being away is said once and survived", async () => {
    const broken: JobLeases = { ...store, acquireLease: () => Promise.reject(new Error("ECONNREFUSED")) };
    const { lines, log, runJob } = createWorkerParts("a", broken);
    const job = createJob(async () => "ok");
    const scheduler = createScheduler({
      jobs: [job],
      runJob,
      listOverdue: (graceSeconds) => store.listOverdue(graceSeconds),
      log,
      outage: createOutage(log),
    });
    scheduler.trigger(name);
    await expect.poll(() => lines.length, { timeout: 5_000 }).toBe(1);
    scheduler.trigger(name);
    await scheduler.stop(5_000);
    expect(lines).toEqual([{ event: "records-away", detail: "ECONNREFUSED" }]);
  });
});
