import cron, { type ScheduledTask } from "node-cron";

import { describeError, type Log } from "./log.ts";
import type { Outage } from "./outage.ts";
import type { Job, JobName, RunOutcome } from "./run-job.ts";

export type SchedulerDeps = {
  jobs: readonly Job[];
  runJob: (job: Job, input: { tickAt: Date | null; signal: AbortSignal }) => Promise<RunOutcome>;
  listOverdue: (graceSeconds: number) => Promise<{ name: string; dueAt: Date }[]>;
  log: Log;
  outage: Outage;
};

export type Scheduler = {
  start(): void;
  /** Runs a job at once, or once more when it is running now. */
  trigger(name: string): void;
  /** Runs what was missed: by this worker while it was off, or by another one that died in the middle. */
  catchUp(graceSeconds: number): Promise<void>;
  /** No new runs; waits for the running ones, but not for ever. */
  stop(waitMs: number): Promise<void>;
};

/** One run of a job at a time in this worker; that no other worker runs it is the lease's matter. */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { jobs, outage } = deps;
  const stopping = new AbortController();
  const running = new Map<JobName, Promise<void>>();
  const wanted = new Set<JobName>();
  let tasks: ScheduledTask[] = [];

  const runOnce = async (job: Job, tickAt: Date | null): Promise<void> => {
    try {
      await deps.runJob(job, { tickAt, signal: stopping.signal });
      outage.recovered();
    } catch (error) {
      outage.failed(error);
    }
  };
  const start = (job: Job, tickAt: Date | null): Promise<void> => {
    if (stopping.signal.aborted) return Promise.resolve();
    const current = running.get(job.name);
    if (current) {
      if (tickAt === null) wanted.add(job.name);
      return current;
    }
    const run = runOnce(job, tickAt).finally(() => {
      running.delete(job.name);
      if (wanted.delete(job.name)) void start(job, null);
    });
    running.set(job.name, run);
    return run;
  };
  const find = (name: string) => jobs.find((job) => job.name === name);

  return {
    start: () => {
      tasks = jobs.map((job) => scheduleJob(job, deps.log, (tickAt) => start(job, tickAt)));
    },
    trigger: (name) => {
      const job = find(name);
      if (job) void start(job, null);
    },
    catchUp: async (graceSeconds) => {
      for (const { name, dueAt } of await deps.listOverdue(graceSeconds)) {
        const job = find(name);
        // As the tick that was missed: of two workers that catch up only the first one runs it.
        if (job) void start(job, dueAt);
      }
    },
    stop: async (waitMs) => {
      stopping.abort(new Error("the worker stops"));
      await Promise.all(tasks.map(async (task) => task.destroy()));
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMs);
      });
      await Promise.race([Promise.all(running.values()), patience]);
      clearTimeout(timer);
    },
  };
}

function scheduleJob(job: Job, log: Log, run: (tickAt: Date) => Promise<void>): ScheduledTask {
  const toTick = (date: Date) => new Date(Math.floor(date.getTime() / 1_000) * 1_000);
  const complain = (message: string | Error) =>
    log({ event: "schedule", job: job.name, detail: describeError(message) });
  return cron.schedule(job.schedule, ({ date }) => run(toTick(date)), {
    name: job.name,
    noOverlap: true,
    timezone: "Etc/UTC",
    // A tick that came too late for node-cron is caught up through the records.
    suppressMissedWarning: true,
    logger: { info: () => undefined, debug: () => undefined, warn: complain, error: complain },
  });
}
