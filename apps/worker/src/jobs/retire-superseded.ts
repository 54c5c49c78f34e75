import type { Actor } from "@fieldseal/core/actor";

import type { Job } from "../run-job.ts";

const batchSize = 200;

export type RetireSupersededJobDeps = {
  actor: Actor;
  retireSuperseded: (input: { actor: Actor; now: Date; limit: number }) => Promise<{ retired: number }>;
};

/** Revokes what was renewed once its grace period is over. */
export function createRetireSupersededJob({ actor, retireSuperseded }: RetireSupersededJobDeps): Job {
  return {
    name: "retire-superseded",
    schedule: "* * * * *",
    leaseSeconds: 60,
    async run({ now, signal, progress }) {
      let total = 0;
      while (!signal.aborted) {
        const { retired } = await retireSuperseded({ actor, now, limit: batchSize });
        if (retired === 0) break;
        total += retired;
        progress(`${total} retired so far`);
      }
      return total === 0 ? "nothing due" : `${total} retired`;
    },
  };
}
