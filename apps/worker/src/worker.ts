import type { Clock } from "@fieldseal/core/clock";

import type { Log, LogFields } from "./log.ts";
import type { Outage } from "./outage.ts";
import type { Job } from "./run-job.ts";
import type { Scheduler } from "./schedule-jobs.ts";

export type Worker = {
  /** Resolves when the schedule runs, whether or not the records can be reached yet. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type WorkerDeps = {
  id: string;
  jobs: readonly Job[];
  scheduler: Scheduler;
  records: {
    registerJob(job: { name: string; schedule: string }): Promise<void>;
    beat(status: { id: string; startedAt: Date; detail: LogFields }): Promise<void>;
    removeStatus(id: string): Promise<void>;
    listen(
      channel: string,
      handlers: { onNotice: (payload: string) => void; onLost: (error: unknown) => void },
    ): () => void;
    close(): Promise<void>;
  };
  /** Shown to people by the console, which says so when there is no mail server. */
  detail: LogFields;
  clock: Clock;
  log: Log;
  outage: Outage;
};

const beatMs = 10_000;
const stopMs = 10_000;
/** For the last words to the records. */
const farewellMs = 2_000;
/** A run that is this late will not come by itself any more. */
const missedAfterSeconds = 15;

/** The life of one worker: a sign of life, the schedule, and what was missed. */
export function createWorker(deps: WorkerDeps): Worker {
  const { id, scheduler, records, outage } = deps;
  const startedAt = deps.clock.now();
  let isRegistered = false;
  let isBeating = false;
  let timer: NodeJS.Timeout | undefined;
  let stopListening: (() => void)[] = [];

  const beat = async () => {
    if (isBeating) return;
    isBeating = true;
    try {
      await records.beat({ id, startedAt, detail: deps.detail });
      if (!isRegistered) for (const { name, schedule } of deps.jobs) await records.registerJob({ name, schedule });
      // What was missed while no worker was there is made up for at once.
      await scheduler.catchUp(isRegistered ? missedAfterSeconds : 0);
      isRegistered = true;
      outage.recovered();
    } catch (error) {
      outage.failed(error);
    } finally {
      isBeating = false;
    }
  };

  return {
    start: async () => {
      scheduler.start();
      await beat();
      timer = setInterval(() => void beat(), beatMs);
      const onLost = (error: unknown) => outage.failed(error);
      stopListening = [
        records.listen("fieldseal_crl", { onNotice: () => scheduler.trigger("publish-crls"), onLost }),
        // `fieldseal job run NAME`; a name that no job has is nobody's
        records.listen("fieldseal_job", { onNotice: (name) => scheduler.trigger(name), onLost }),
      ];
      deps.log({ event: "started", worker: id });
    },
    stop: async () => {
      clearInterval(timer);
      for (const stop of stopListening) stop();
      await scheduler.stop(stopMs);
      const farewell = records
        .removeStatus(id)
        .then(() => records.close())
        // The row is stale then, and purge-expired removes it.
        .catch((error: unknown) => outage.failed(error));
      await Promise.race([farewell, new Promise((resolve) => setTimeout(resolve, farewellMs))]);
      deps.log({ event: "stopped", worker: id });
    },
  };
}
