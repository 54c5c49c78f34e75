import type { Actor } from "@fieldseal/core/actor";
import {
  type createDeliverNotifications,
  describeDeliverNotifications,
} from "@fieldseal/core/alerts/create-deliver-notifications";

import type { Job } from "../run-job.ts";

export type DeliverNotificationsJobDeps = {
  actor: Actor;
  deliverNotifications: ReturnType<typeof createDeliverNotifications>;
};

export function createDeliverNotificationsJob({ actor, deliverNotifications }: DeliverNotificationsJobDeps): Job {
  return {
    name: "deliver-notifications",
    schedule: "*/30 * * * * *",
    leaseSeconds: 60,
    async run({ now, signal }) {
      return describeDeliverNotifications(await deliverNotifications({ actor, now, signal }));
    },
  };
}
