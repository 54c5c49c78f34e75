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
    const { name, leaseSeconds, schedule } = job;
    const lease = await leases.acquireLease({ name, owner, leaseSeconds, tickAt });
    if (!lease) return "skipped";
    const { fencingToken, startedAt } = lease;
    const begunAt = clock.now().getTime();
    const hold = holdLease({ leases, clock, job, fencingToken });
    const { outcome, detail } = await attempt(job, {
      now: startedAt,
      signal: AbortSignal.any([signal, hold.signal]),
      progress: hold.progress,
    });
    hold.release();
    const decideNextRun = (now: Date) => findNextRun(schedule, tickAt && tickAt > now ? tickAt : now);
    let isRecorded = false;
    try {
      // A worker that was stopped for longer than its lease wakes up here: its result no longer counts (F22).
      isRecorded = await leases.finishRun({ name, fencingToken, outcome, detail, decideNextRun });
    } finally {
      const durationMs = clock.now().getTime() - begunAt;
      log({ job: name, outcome: isRecorded ? outcome : "lost", durationMs, detail });
    }
    return isRecorded ? outcome : "lost";
  };
}

async function attempt(
  job: Job,
  input: Parameters<Job["run"]>[0],
): Promise<{ outcome: "done" | "failed"; detail: string }> {
  try {
    return { outcome: "done", detail: cutDetail(await job.run(input)) };
  } catch (error) {
    return { outcome: "failed", detail: cutDetail(describeError(error)) };
  }
}

const cutDetail = (text: string): string => Array.from(text).slice(0, detailLimit).join("");

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
  const timer = setInterval(() => void renew(), (leaseSeconds * 1_000) / 3);
  return {
    signal: controller.signal,
    progress: (text: string) => {
      detail = cutDetail(text);
    },
    release: () => clearInterval(timer),
  };
}
