import type { Clock } from "@fieldseal/core/clock";

import { describeError, type Log } from "./log.ts";
import { findNextRun } from "./next-run.ts";

export const jobNames = [
  "publish-crls",
  "notify-expiring",
  "deliver-notifications",
  "retire-superseded",
  "sweep-reservations",
  "verify-audit",
  "purge-expired",
] as const;
export type JobName = (typeof jobNames)[number];

export type Job = {
  name: JobName;
  /** Cron expression, UTC. */
  schedule: string;
  leaseSeconds: number;
  /** Resolves with the result in one line. Throws when the run failed; its work may be repeated at any time. */
  run(input: {
    /** PostgreSQL's clock at the start. */
    now: Date;
    /** Aborted when the worker stops or the lease is lost: leave at the next point where that is safe. */
    signal: AbortSignal;
    progress: (detail: string) => void;
  }): Promise<string>;
};

/** What the leases of job-store.ts do; see there. */
export type JobLeases = {
  acquireLease(input: {
    name: string;
    owner: string;
    leaseSeconds: number;
    tickAt: Date | null;
  }): Promise<{ fencingToken: bigint; startedAt: Date } | null>;
  renewLease(input: {
    name: string;
    fencingToken: bigint;
    leaseSeconds: number;
    detail: string | null;
  }): Promise<boolean>;
  finishRun(input: {
    name: string;
    fencingToken: bigint;
    outcome: "done" | "failed";
    detail: string;
    decideNextRun: (now: Date) => Date | null;
  }): Promise<boolean>;
};

export type RunJobDeps = {
  leases: JobLeases;
  /** Names this worker in the records. */
  owner: string;
  clock: Clock;
  log: Log;
};

export type RunOutcome = "done" | "failed" | "skipped" | "lost";

const detailLimit = 500;

/** Runs a job if the lease can be had. At most one line of log, none when somebody else does this run. */
export function createRunJob({ leases, owner, clock, log }: RunJobDeps) {
  return async (job: Job, { tickAt, signal }: { tickAt: Date | null; signal: AbortSignal }): Promise<RunOutcome> => {
    const { name, leaseSeconds } = job;
    const lease = await leases.acquireLease({ name, owner, leaseSeconds, tickAt });
    if (!lease) return "skipped";
    const begunAt = clock.now().getTime();
    const { fencingToken, startedAt } = lease;
    const hold = holdLease({ leases, clock, job, fencingToken });
    const finish = async (outcome: "done" | "failed", text: string): Promise<RunOutcome> => {
      const detail = [...text].slice(0, detailLimit).join("");
      const durationMs = clock.now().getTime() - begunAt;
      const decideNextRun = (now: Date) => findNextRun(job.schedule, tickAt && tickAt > now ? tickAt : now);
      try {
        // A worker that was stopped for longer than its lease wakes up here: its result no longer counts (F22).
        const isRecorded = await leases.finishRun({ name, fencingToken, outcome, detail, decideNextRun });
        log({ job: name, outcome: isRecorded ? outcome : "lost", durationMs, detail });
        return isRecorded ? outcome : "lost";
      } catch (error) {
        log({ job: name, outcome: "lost", durationMs, detail });
        throw error;
      }
    };
    try {
      const runSignal = AbortSignal.any([signal, hold.signal]);
      const detail = await job.run({ now: startedAt, signal: runSignal, progress: hold.progress });
      hold.release();
      return await finish("done", detail);
    } catch (error) {
      if (hold.isReleased()) throw error;
      hold.release();
      return await finish("failed", describeError(error));
    }
  };
}

/** Renews a lease while the run lasts. Its signal is aborted when the lease is lost, or may be. */
function holdLease({
  leases,
  clock,
  job: { name, leaseSeconds },
  fencingToken,
}: Pick<RunJobDeps, "leases" | "clock"> & { job: Job; fencingToken: bigint }) {
  const controller = new AbortController();
  let detail: string | null = null;
  let renewedAt = clock.now().getTime();
  const renew = async () => {
    try {
      if (await leases.renewLease({ name, fencingToken, leaseSeconds, detail })) renewedAt = clock.now().getTime();
      else controller.abort(new Error(`the lease of ${name} was lost`));
    } catch (error) {
      // The records may be back before the lease ends; nobody else can take it earlier.
      if (clock.now().getTime() - renewedAt > leaseSeconds * 1_000) controller.abort(error);
    }
  };
  let timer: NodeJS.Timeout | null = setInterval(() => void renew(), (leaseSeconds * 1_000) / 3);
  return {
    signal: controller.signal,
    progress: (text: string) => {
      detail = [...text].slice(0, detailLimit).join("");
    },
    isReleased: () => timer === null,
    release: () => {
      if (timer) clearInterval(timer);
      timer = null;
    },
  };
}
