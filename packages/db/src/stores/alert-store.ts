import type {
  AlertSite,
  DeliveryRecords,
  DueNotification,
  ExpiryCandidate,
  ExpiryRecords,
  ExpiryStage,
  NewNotification,
} from "@fieldseal/core/alerts/alert-records";
import type { DeviceState } from "@fieldseal/core/ports";
import type pg from "pg";

import type { Pool } from "../pool.ts";

/** Notices and mails in PostgreSQL. */
export function createAlertStore(pool: Pool): ExpiryRecords & DeliveryRecords {
  return { ...createExpiryRecords(pool), ...createDeliveryRecords(pool) };
}

type CandidateRow = {
  certificate_id: string;
  device_id: string;
  site_id: string;
  serial_number: Buffer;
  authority_name: string;
  not_before: Date;
  not_after: Date;
  revoked_at: Date | null;
  device_state: DeviceState;
  description: string | null;
  owner: string | null;
  failed_attempts: number;
  failing_since: Date | null;
  last_failure_code: string | null;
  last_seen_at: Date | null;
  noticed_stages: ExpiryStage[];
};

// A renewal shows as a younger certificate of the same device. Precommit rows do not count: they may never be signed.
// After the notice of the last stage there is nothing more to tell.
const candidatesSql = `
  select c.id as certificate_id, c.device_id, d.site_id, c.serial_number, a.name as authority_name, c.not_before,
         c.not_after, c.revoked_at, d.state as device_state, d.description, d.owner, d.failed_attempts,
         d.failing_since, d.last_failure_code, d.last_seen_at,
         array(select n.stage from notice n where n.certificate_id = c.id) as noticed_stages
    from certificate c
    join device d on d.id = c.device_id
    join authority a on a.id = c.authority_id
   where c.purpose = 'device' and c.state = 'issued' and d.state <> 'retired'
     and c.not_after > $1 and c.not_after < $2
     and ($3::timestamptz is null or (c.not_after, c.id) > ($3::timestamptz, $4::uuid))
     and not exists (select from notice n where n.certificate_id = c.id and n.stage = 'expired')
     and not exists (
       select from certificate s
        where s.device_id = c.device_id and s.purpose = 'device' and s.state = 'issued'
          and (s.precommit_at, s.not_after, s.id) > (c.precommit_at, c.not_after, c.id))
   order by c.not_after, c.id
   limit $5`;

function createExpiryRecords(pool: Pool): ExpiryRecords {
  return {
    async listExpiryCandidates({ endsAfter, endsBefore, after, limit }) {
      const values = [endsAfter, endsBefore, after?.notAfter ?? null, after?.certificateId ?? null, limit];
      const { rows } = await pool.query<CandidateRow>(candidatesSql, values);
      return rows.map(readCandidate);
    },
    async listAlertSites(siteIds) {
      const { rows } = await pool.query<AlertSite>(
        `select id, name, time_zone as "timeZone", contacts from site where id = any($1::text[])`,
        [siteIds],
      );
      return rows;
    },
    async listOwnerAddresses() {
      const { rows } = await pool.query<{ email: string }>(
        `select email from "user" where role = 'owner' and disabled_at is null order by email`,
      );
      return rows.map(({ email }) => email);
    },
    async recordNotices({ at, notices }, compose) {
      await inTransaction(pool, async (client) => {
        // Sorted, so that two workers wait for each other's rows in one order and never in a ring.
        const { rows } = await client.query<{ certificate_id: string; group_id: string | null }>(
          `insert into notice (certificate_id, stage, created_at, group_id)
           select certificate_id, stage, $1, group_id
             from unnest($2::uuid[], $3::text[], $4::uuid[]) as new (certificate_id, stage, group_id)
            order by certificate_id, stage
           on conflict (certificate_id, stage) do nothing
           returning certificate_id, group_id`,
          [
            at,
            notices.map(({ certificateId }) => certificateId),
            notices.map(({ stage }) => stage),
            notices.map(({ groupId }) => groupId),
          ],
        );
        const stored = rows.filter(({ group_id }) => group_id !== null).map(({ certificate_id }) => certificate_id);
        await insertNotifications(client, at, compose(new Set(stored)));
      });
    },
  };
}

function readCandidate(row: CandidateRow): ExpiryCandidate {
  return {
    certificateId: row.certificate_id,
    deviceId: row.device_id,
    siteId: row.site_id,
    serialNumberHex: row.serial_number.toString("hex"),
    authorityName: row.authority_name,
    notBefore: row.not_before,
    notAfter: row.not_after,
    revokedAt: row.revoked_at,
    // The statement leaves renewed ones out.
    hasSuccessor: false,
    deviceState: row.device_state,
    noticedStages: row.noticed_stages,
    deviceDescription: row.description,
    deviceOwner: row.owner,
    failedAttempts: row.failed_attempts,
    failingSince: row.failing_since,
    lastFailureCode: row.last_failure_code,
    lastSeenAt: row.last_seen_at,
  };
}

async function insertNotifications(client: pg.PoolClient, at: Date, mails: readonly NewNotification[]): Promise<void> {
  if (mails.length === 0) return;
  await client.query(
    `insert into notification
       (id, group_id, kind, stage, site_id, recipient, subject, text_body, html_body, message_id, state, created_at)
     select id, group_id, kind, stage, site_id, recipient, subject, text_body, html_body, message_id, 'queued', $1
       from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                   $10::text[], $11::text[])
         as new (id, group_id, kind, stage, site_id, recipient, subject, text_body, html_body, message_id)`,
    [
      at,
      mails.map(({ id }) => id),
      mails.map(({ groupId }) => groupId),
      mails.map(({ kind }) => kind),
      mails.map(({ stage }) => stage),
      mails.map(({ siteId }) => siteId),
      mails.map(({ recipient }) => recipient),
      mails.map(({ subject }) => subject),
      mails.map(({ textBody }) => textBody),
      mails.map(({ htmlBody }) => htmlBody),
      mails.map(({ messageId }) => messageId),
    ],
  );
}

function createDeliveryRecords(pool: Pool): DeliveryRecords {
  return {
    async claimDueNotifications({ at, claimedUntil, limit }) {
      const { rows } = await pool.query<DueNotification>(
        `update notification n set tries = n.tries + 1, next_try_at = $2
           from (select id from notification
                  where state in ('queued', 'deferred') and (next_try_at is null or next_try_at <= $1)
                  order by created_at, id
                  limit $3
                    for update skip locked) due
          where n.id = due.id
         returning n.id, n.recipient, n.subject, n.text_body as "textBody", n.html_body as "htmlBody",
                   n.message_id as "messageId", n.tries, n.created_at as "createdAt"`,
        [at, claimedUntil, limit],
      );
      return rows;
    },
    async recordDelivery({ id, tries, at, delivery }) {
      const isDeferred = delivery.state === "deferred";
      // An acceptance counts even when somebody else has claimed the mail meanwhile: it was sent.
      await pool.query(
        `update notification
            set state = $3, last_response = $4, next_try_at = $5, finished_at = $6
          where id = $1 and finished_at is null and (tries = $2 or $3 = 'accepted')`,
        [id, tries, delivery.state, delivery.response, isDeferred ? delivery.nextTryAt : null, isDeferred ? null : at],
      );
    },
    async moveToMailbox(at) {
      const { rowCount } = await pool.query(
        `update notification set state = 'mailbox', next_try_at = null, finished_at = $1
          where state in ('queued', 'deferred')`,
        [at],
      );
      return rowCount ?? 0;
    },
  };
}

async function inTransaction(pool: Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query("begin");
    await work(client);
    await client.query("commit");
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    await client.query("rollback").catch(() => undefined);
    throw error;
  } finally {
    // A connection that saw an error may be broken: the pool makes a new one instead of handing this one out again.
    client.release(failure);
  }
}
