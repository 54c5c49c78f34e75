import type { Pool } from "../pool.ts";
import { listen, type ListenHandlers } from "./listen.ts";

export type JobLease = {
  /** Rises with every lease; a result counts only while it is the newest. */
  fencingToken: bigint;
  /** PostgreSQL's clock at the start, the time that the run works with. */
  startedAt: Date;
};

export type JobOutcome = "done" | "failed";

export type JobStore = {
  /** Makes the job known; a new one is due at once. */
  registerJob(job: { name: string; schedule: string }): Promise<void>;
  /**
   * The lease, or null when another worker holds it or already ran this tick. `tickAt` null: run whatever the schedule
   * says. The instant of the tick is compared, not a clock: the clocks of two workers never agree.
   */
  acquireLease(input: {
    name: string;
    owner: string;
    leaseSeconds: number;
    tickAt: Date | null;
  }): Promise<JobLease | null>;
  /** False when the lease is lost. `detail` tells how far the run has come. */
  renewLease(input: {
    name: string;
    fencingToken: bigint;
    leaseSeconds: number;
    detail: string | null;
  }): Promise<boolean>;
  /**
   * Records the result and gives the lease back; false when it was lost, and then nothing is recorded.
   * `decideNextRun` gets PostgreSQL's time.
   */
  finishRun(input: {
    name: string;
    fencingToken: bigint;
    outcome: JobOutcome;
    detail: string;
    decideNextRun: (now: Date) => Date | null;
  }): Promise<boolean>;
  /** Jobs whose run was due more than `graceSeconds` ago and that nobody runs now, with the instant they were due. */
  listOverdue(graceSeconds: number): Promise<{ name: string; dueAt: Date }[]>;
  beat(status: { id: string; startedAt: Date; detail: Readonly<Record<string, unknown>> }): Promise<void>;
  removeStatus(id: string): Promise<void>;
  purgeExpired(limit: number): Promise<{ attempts: number; sessions: number; processes: number }>;
  /** Calls `onNotice` for each NOTIFY and once after a lost connection is back. Returns how to stop. */
  listen(channel: string, handlers: ListenHandlers): () => void;
};

export function createJobStore(pool: Pool): JobStore {
  return {
    ...createLeases(pool),
    ...createHousekeeping(pool),
    listen: (channel, handlers) => listen(pool, channel, handlers),
  };
}

function createLeases(
  pool: Pool,
): Pick<JobStore, "registerJob" | "acquireLease" | "renewLease" | "finishRun" | "listOverdue"> {
  return {
    async registerJob({ name, schedule }) {
      await pool.query(
        `insert into job (name, schedule, next_run_at) values ($1, $2, date_trunc('second', now()))
         on conflict (name) do update set schedule = excluded.schedule where job.schedule <> excluded.schedule`,
        [name, schedule],
      );
    },
    async acquireLease({ name, owner, leaseSeconds, tickAt }) {
      const { rows } = await pool.query<{ fencing_token: bigint; started_at: Date }>(
        `update job
            set lease_owner = $2, leased_until = now() + make_interval(secs => $3),
                fencing_token = fencing_token + 1, last_started_at = now()
          where name = $1 and (leased_until is null or leased_until < now())
            and ($4::timestamptz is null or next_run_at is null or next_run_at <= $4::timestamptz)
         returning fencing_token, last_started_at as started_at`,
        [name, owner, leaseSeconds, tickAt],
      );
      const [row] = rows;
      return row ? { fencingToken: row.fencing_token, startedAt: row.started_at } : null;
    },
    async renewLease({ name, fencingToken, leaseSeconds, detail }) {
      const { rowCount } = await pool.query(
        `update job set leased_until = now() + make_interval(secs => $3), last_detail = coalesce($4, last_detail)
          where name = $1 and fencing_token = $2 and lease_owner is not null`,
        [name, fencingToken.toString(), leaseSeconds, detail],
      );
      return rowCount === 1;
    },
    async finishRun({ name, fencingToken, outcome, detail, decideNextRun }) {
      const { rows } = await pool.query<{ now: Date }>("select now() as now");
      const nextRunAt = rows[0] ? decideNextRun(rows[0].now) : null;
      const { rowCount } = await pool.query(
        `update job
            set lease_owner = null, leased_until = null, last_finished_at = now(), last_outcome = $3,
                last_detail = $4, next_run_at = $5
          where name = $1 and fencing_token = $2`,
        [name, fencingToken.toString(), outcome, detail, nextRunAt],
      );
      return rowCount === 1;
    },
    async listOverdue(graceSeconds) {
      const { rows } = await pool.query<{ name: string; dueAt: Date }>(
        `select name, next_run_at as "dueAt" from job
          where next_run_at <= now() - make_interval(secs => $1) and (leased_until is null or leased_until < now())
          order by next_run_at`,
        [graceSeconds],
      );
      return rows;
    },
  };
}

function createHousekeeping(pool: Pool): Pick<JobStore, "beat" | "removeStatus" | "purgeExpired"> {
  const remove = async (sql: string, values: readonly unknown[]): Promise<number> =>
    (await pool.query(sql, [...values])).rowCount ?? 0;
  return {
    async beat({ id, startedAt, detail }) {
      await pool.query(
        `insert into process_status (id, kind, started_at, beat_at, detail) values ($1, 'worker', $2, now(), $3)
         on conflict (id) do update set beat_at = now(), detail = excluded.detail`,
        [id, startedAt, JSON.stringify(detail)],
      );
    },
    async removeStatus(id) {
      await pool.query("delete from process_status where id = $1", [id]);
    },
    async purgeExpired(limit) {
      return {
        // Bounded, so that a large backlog never holds a lock or the log for long.
        attempts: await remove(
          `delete from attempt where id in
             (select id from attempt where last_at < now() - interval '90 days' order by last_at limit $1)`,
          [limit],
        ),
        sessions: await remove("delete from session where expires_at < now()", []),
        processes: await remove("delete from process_status where beat_at < now() - interval '1 day'", []),
      };
    },
  };
}
