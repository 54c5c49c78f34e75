import type { Actor } from "@fieldseal/core/actor";
import { createDeliverNotifications } from "@fieldseal/core/alerts/create-deliver-notifications";
import { createNotifyExpiring } from "@fieldseal/core/alerts/create-notify-expiring";
import { createVerifyAudit } from "@fieldseal/core/audit/verify-audit";
import { systemClock } from "@fieldseal/core/clock";
import { createSweepReservations } from "@fieldseal/core/issuance/sweep-reservations";
import { createPublishDueCrls } from "@fieldseal/core/publication/publish-due-crls";
import { systemRandom } from "@fieldseal/core/random";
import { createRetireSuperseded } from "@fieldseal/core/renewal/retire-superseded";
import { createPool } from "@fieldseal/db/pool";
import { createSignerClient } from "@fieldseal/db/signer-client";
import { createRecords } from "@fieldseal/db/stores";
import { createAlertStore } from "@fieldseal/db/stores/alert-store";
import { createJobStore } from "@fieldseal/db/stores/job-store";

import type { Config } from "./config.ts";
import { createDeliverNotificationsJob } from "./jobs/deliver-notifications.ts";
import { createNotifyExpiringJob } from "./jobs/notify-expiring.ts";
import { createPublishCrlsJob } from "./jobs/publish-crls.ts";
import { createPurgeExpiredJob } from "./jobs/purge-expired.ts";
import { createRetireSupersededJob } from "./jobs/retire-superseded.ts";
import { createSweepReservationsJob } from "./jobs/sweep-reservations.ts";
import { createVerifyAuditJob } from "./jobs/verify-audit.ts";
import { createLog } from "./log.ts";
import { createMailer } from "./mailer.ts";
import { createOutage } from "./outage.ts";
import { createRunJob, type Job, type JobName } from "./run-job.ts";
import { createScheduler } from "./schedule-jobs.ts";
import { createWorker, type Worker } from "./worker.ts";

const clock = systemClock;
const random = systemRandom;

/** The one place where the worker's parts meet the records. */
export function compose(config: Config, write: (line: string) => void): Worker {
  const owner = random.uuid();
  const log = createLog({ clock, write });
  const outage = createOutage(log);
  const pool = createPool(config.databaseUrl, { application: "fieldseal-worker" });
  const jobStore = createJobStore(pool);
  const runJob = createRunJob({ leases: jobStore, owner, clock, log });
  const jobs = createJobs(config, { pool, jobStore, trigger: (name) => scheduler.trigger(name) });
  const scheduler = createScheduler({
    jobs,
    runJob,
    listOverdue: (graceSeconds) => jobStore.listOverdue(graceSeconds),
    log,
    outage,
  });
  return createWorker({
    id: owner,
    jobs,
    scheduler,
    records: { ...jobStore, close: () => pool.end() },
    detail: { smtp: config.smtpUrl !== null, smtpHost: config.smtpUrl ? new URL(config.smtpUrl).host : null },
    clock,
    log,
    outage,
  });
}

type Parts = {
  pool: ReturnType<typeof createPool>;
  jobStore: ReturnType<typeof createJobStore>;
  trigger: (name: JobName) => void;
};

function createJobs(config: Config, { pool, jobStore, trigger }: Parts): Job[] {
  const actor: Actor = { kind: "system", id: "worker" };
  const records = createRecords(pool);
  const alerts = createAlertStore(pool);
  const signer = createSignerClient(config.signerSocket);
  const mailer = config.smtpUrl ? createMailer({ smtpUrl: config.smtpUrl, mailFrom: config.mailFrom }) : null;
  const { consoleUrl, mailDomain } = config;
  return [
    createPublishCrlsJob({ actor, publishDueCrls: createPublishDueCrls({ records, signer, random }) }),
    createNotifyExpiringJob({
      actor,
      notifyExpiring: createNotifyExpiring({ records: alerts, random, consoleUrl, mailDomain }),
      onQueued: () => trigger("deliver-notifications"),
    }),
    createDeliverNotificationsJob({
      actor,
      deliverNotifications: createDeliverNotifications({ records: alerts, mailer, clock, random }),
    }),
    createRetireSupersededJob({ actor, retireSuperseded: createRetireSuperseded({ records }) }),
    createSweepReservationsJob({ actor, sweepReservations: createSweepReservations({ records }) }),
    createVerifyAuditJob({ verifyAudit: createVerifyAudit({ records }) }),
    createPurgeExpiredJob({ purgeExpired: (limit) => jobStore.purgeExpired(limit) }),
  ];
}
