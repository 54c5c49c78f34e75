import type { Actor } from "@fieldseal/core/actor";

import type { Job } from "../run-job.ts";

export type SweepReservationsJobDeps = {
  actor: Actor;
  sweepReservations: (input: { actor: Actor; now: Date }) => Promise<{ orphaned: number }>;
};

/** A serial number that was reserved and never signed must end as revoked, or it could still be signed unseen. */
export function createSweepReservationsJob({ actor, sweepReservations }: SweepReservationsJobDeps): Job {
  return {
    name: "sweep-reservations",
    schedule: "* * * * *",
    leaseSeconds: 60,
    async run({ now }) {
      const { orphaned } = await sweepReservations({ actor, now });
      return orphaned === 0 ? "nothing due" : `${orphaned} orphaned`;
    },
  };
}
