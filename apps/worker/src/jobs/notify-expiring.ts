import type { Actor } from "@fieldseal/core/actor";
import { type createNotifyExpiring, describeNotifyExpiring } from "@fieldseal/core/alerts/create-notify-expiring";

import type { Job } from "../run-job.ts";

export type NotifyExpiringJobDeps = {
  actor: Actor;
  notifyExpiring: ReturnType<typeof createNotifyExpiring>;
  /** Mails wait: they are sent now, not at the next tick. */
  onQueued: () => void;
};

export function createNotifyExpiringJob({ actor, notifyExpiring, onQueued }: NotifyExpiringJobDeps): Job {
  return {
    name: "notify-expiring",
    schedule: "*/10 * * * *",
    leaseSeconds: 120,
    async run({ now, signal }) {
      const result = await notifyExpiring({ actor, now, signal });
      if (result.mails.length > 0) onQueued();
      return describeNotifyExpiring(result);
    },
  };
}
