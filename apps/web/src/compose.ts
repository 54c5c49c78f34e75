// The only file that knows @fieldseal/db. Nothing is built on import: `next build` imports every route.
import { randomUUID } from "node:crypto";

import { createRecordSignIn } from "@fieldseal/core/audit/record-sign-in";
import { systemClock } from "@fieldseal/core/clock";
import { createAddDevice } from "@fieldseal/core/inventory/add-device";
import { createChangeDeviceState } from "@fieldseal/core/inventory/change-device-state";
import { createCreateToken } from "@fieldseal/core/inventory/create-token";
import { createRequestCrl } from "@fieldseal/core/publication/request-crl";
import { systemRandom } from "@fieldseal/core/random";
import { createReportStolen } from "@fieldseal/core/revocation/report-stolen";
import { createRevokeCertificate } from "@fieldseal/core/revocation/revoke-certificate";
import { createCheckSetupCode } from "@fieldseal/core/setup/check-setup-code";
import { createInitialize } from "@fieldseal/core/setup/initialize";
import { createClient } from "@fieldseal/db/client";
import { createAuditReads } from "@fieldseal/db/read/audit";
import { createAuthorityReads } from "@fieldseal/db/read/authorities";
import { createCertificateDetailReads } from "@fieldseal/db/read/certificate-detail";
import { createCertificateReads } from "@fieldseal/db/read/certificates";
import { createDeviceDetailReads } from "@fieldseal/db/read/device-detail";
import { createDeviceReads } from "@fieldseal/db/read/devices";
import { createInstallationReads } from "@fieldseal/db/read/installation";
import { createMailReads } from "@fieldseal/db/read/mail";
import { createOverviewReads } from "@fieldseal/db/read/overview";
import { createSearchReads } from "@fieldseal/db/read/search";
import { createSignerClient } from "@fieldseal/db/signer-client";
import { createPool, createRecords } from "@fieldseal/db/stores";
import { hashPassword } from "better-auth/crypto";

import { getConfig } from "./config.ts";

export type { AuditEntry, AuditFilter, AuditRow, ChainCheck } from "@fieldseal/db/read/audit";
export type { AuthorityRow, CrlSummary } from "@fieldseal/db/read/authorities";
export type { CertificateDetail } from "@fieldseal/db/read/certificate-detail";
export type {
  CertificateFilter,
  CertificateRow,
  CertificateSort,
  CertificateView,
} from "@fieldseal/db/read/certificates";
export { certificateSorts } from "@fieldseal/db/read/certificates";
export type { DeviceCertificate, DeviceDetail, DeviceEvent } from "@fieldseal/db/read/device-detail";
export type { DeviceFilter, DeviceRow, DeviceSort } from "@fieldseal/db/read/devices";
export { deviceSorts, deviceStateWords, emptyDeviceFilter } from "@fieldseal/db/read/devices";
export type { Mail, MailFilter, MailRow } from "@fieldseal/db/read/mail";
export type { Activity, AttentionGroup, ProcessRow, SiteHealth, WeekCount } from "@fieldseal/db/read/overview";
export type { Choice, Page, PageRequest, Range, Scope } from "@fieldseal/db/read/query";
export { countCap } from "@fieldseal/db/read/query";
export type { SearchMatch } from "@fieldseal/db/read/search";

function compose() {
  const config = getConfig();
  const pool = createPool(config.databaseUrl, { max: 12, application: "fieldseal-console" });
  const records = createRecords(pool);
  const signer = createSignerClient(config.signerSocket);
  const random = systemRandom;
  return {
    config,
    pool,
    clock: systemClock,
    /** For the tables of the sign-in only. */
    prisma: createClient(config.databaseUrl),
    reads: {
      ...createInstallationReads(pool),
      ...createDeviceReads(pool),
      ...createDeviceDetailReads(pool),
      ...createCertificateReads(pool),
      ...createCertificateDetailReads(pool),
      ...createAuthorityReads(pool),
      ...createMailReads(pool),
      ...createAuditReads(pool),
      ...createSearchReads(pool),
      overview: createOverviewReads(pool),
    },
    checkSetupCode: createCheckSetupCode({ records }),
    initialize: createInitialize({ records, signer, random, hashPassword }),
    recordSignIn: createRecordSignIn({ records }),
    addDevice: createAddDevice({ records, random }),
    createToken: createCreateToken({ records, random }),
    changeDeviceState: createChangeDeviceState({ records }),
    revokeCertificate: createRevokeCertificate({ records }),
    reportStolen: createReportStolen({ records }),
    requestCrl: createRequestCrl({ records }),
  };
}

export type Console = ReturnType<typeof compose>;

// Routes, proxy and the custom server each get a copy of this module; the pool must be one.
const shared = globalThis as { fieldsealConsole?: Console };

export function getConsole(): Console {
  shared.fieldsealConsole ??= compose();
  return shared.fieldsealConsole;
}

/** Tells the other processes and the screens that this console lives. */
export function createHeartbeat(): { beat: () => Promise<void>; stop: () => Promise<void> } {
  const { pool } = getConsole();
  const id = `console-${randomUUID()}`;
  const startedAt = systemClock.now();
  return {
    beat: async () => {
      await pool.query(
        `insert into process_status (id, kind, started_at, beat_at, detail) values ($1, 'console', $2, now(), '{}')
         on conflict (id) do update set beat_at = now()`,
        [id, startedAt],
      );
    },
    stop: async () => {
      await pool.query("delete from process_status where id = $1", [id]);
    },
  };
}

/** Ends the connections of this process. */
export async function closeConsole(): Promise<void> {
  const open = shared.fieldsealConsole;
  if (!open) return;
  delete shared.fieldsealConsole;
  await Promise.allSettled([open.prisma.$disconnect(), open.pool.end()]);
}
