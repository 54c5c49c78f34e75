import type { Job } from "../run-job.ts";

const batchSize = 5_000;

export type PurgeExpiredJobDeps = {
  purgeExpired: (limit: number) => Promise<{ attempts: number; sessions: number; processes: number }>;
};

/** Attempts older than 90 days, sessions that ended, processes that are long gone. */
export function createPurgeExpiredJob({ purgeExpired }: PurgeExpiredJobDeps): Job {
  return {
    name: "purge-expired",
    schedule: "23 3 * * *",
    leaseSeconds: 120,
    async run({ signal, progress }) {
      const total = { attempts: 0, sessions: 0, processes: 0 };
      while (!signal.aborted) {
        const { attempts, sessions, processes } = await purgeExpired(batchSize);
        total.attempts += attempts;
        total.sessions += sessions;
        total.processes += processes;
        progress(`${total.attempts} attempts so far`);
        if (attempts < batchSize) break;
      }
      return `${total.attempts} attempts, ${total.sessions} sessions, ${total.processes} stale processes`;
    },
  };
}
