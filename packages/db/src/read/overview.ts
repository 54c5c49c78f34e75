import type { Pool } from "pg";

import type { Scope } from "./query.ts";

export type AttentionGroup = {
  siteId: string;
  siteName: string;
  state: "expired" | "expiring" | "renewal-failing" | "renewal-overdue";
  count: number;
  examples: string[];
  since: Date | null;
  cause: string | null;
};

export type SiteHealth = {
  id: string;
  name: string;
  devices: number;
  expired: number;
  expiring: number;
  failing: number;
  overdue: number;
  unseen: number;
  handSoon: number;
  endingSoon: number;
  renewedOk: number;
  renewedFailed: number;
};

export type WeekCount = { start: Date; end: Date; all: number; hand: number };

export type Fleet = {
  devices: number;
  attention: number;
  cannotRenew: number;
  notEnrolled: number;
  quarantined: number;
  nextWindow: { day: Date; count: number } | null;
};

export type Activity = {
  at: Date;
  actorKind: string;
  actorId: string;
  actorName: string | null;
  action: string;
  targetKind: string;
  targetId: string;
  outcome: string;
  seq: string;
};

export type DayTotals = {
  issued: number;
  renewed: number;
  refused: number;
  crls: number;
  mails: number;
  mailsFailed: number;
  auditEntries: number;
};

export type ProcessRow = { id: string; kind: string; beatAt: Date; detail: Record<string, unknown> };

const hand = "('expired', 'expiring', 'renewal-failing', 'renewal-overdue')";
const inScope = "d.state <> 'retired' and ($1::text[] is null or d.site_id = any($1))";

export function createOverviewReads(pool: Pool) {
  return {
    readFleet: async (scope: Scope): Promise<Fleet> => {
      const { rows } = await pool.query<Omit<Fleet, "nextWindow">>(
        `select count(*)::int as devices,
           count(*) filter (where ds.certificate_state in ${hand})::int as attention,
           count(*) filter (where ds.certificate_state in ('expired', 'renewal-failing', 'renewal-overdue'))::int as "cannotRenew",
           count(*) filter (where ds.certificate_id is null)::int as "notEnrolled",
           count(*) filter (where d.state = 'quarantined')::int as quarantined
         from device d left join device_status ds on ds.device_id = d.id where ${inScope}`,
        [scope],
      );
      const next = await pool.query<{ day: Date; count: number }>(
        `select date_trunc('day', cs.window_opens_at) as day, count(*)::int as count
         from device d join device_status ds on ds.device_id = d.id join certificate_status cs on cs.id = ds.certificate_id
         where ${inScope} and ds.certificate_state = 'valid' and cs.window_opens_at > now()
         group by 1 order by 1 limit 1`,
        [scope],
      );
      const fleet = rows[0] ?? { devices: 0, attention: 0, cannotRenew: 0, notEnrolled: 0, quarantined: 0 };
      return { ...fleet, nextWindow: next.rows[0] ?? null };
    },

    listAttention: async (scope: Scope): Promise<AttentionGroup[]> => {
      const { rows } = await pool.query<AttentionGroup>(
        `select d.site_id as "siteId", s.name as "siteName", ds.certificate_state as state, count(*)::int as count,
           (array_agg(d.id order by ds.expires_at))[1:3] as examples,
           case ds.certificate_state when 'renewal-failing' then min(d.failing_since) when 'expired' then min(ds.expires_at)
             when 'expiring' then min(cs.expiring_at)
             else min(cs.overdue_at) end as since,
           case when ds.certificate_state = 'renewal-failing' then d.last_failure_code end as cause
         from device d join site s on s.id = d.site_id join device_status ds on ds.device_id = d.id
         left join certificate_status cs on cs.id = ds.certificate_id
         where ${inScope} and ds.certificate_state in ${hand}
         group by d.site_id, s.name, ds.certificate_state,
           case when ds.certificate_state = 'renewal-failing' then d.last_failure_code end
         order by array_position(array['expired', 'expiring', 'renewal-failing', 'renewal-overdue'], ds.certificate_state::text),
           count(*) desc limit 40`,
        [scope],
      );
      return rows;
    },

    listSites: async (scope: Scope): Promise<SiteHealth[]> => {
      const { rows } = await pool.query<SiteHealth>(
        `select s.id, s.name, count(d.id)::int as devices,
           count(*) filter (where ds.certificate_state = 'expired')::int as expired,
           count(*) filter (where ds.certificate_state = 'expiring')::int as expiring,
           count(*) filter (where ds.certificate_state = 'renewal-failing')::int as failing,
           count(*) filter (where ds.certificate_state = 'renewal-overdue')::int as overdue,
           count(*) filter (where ds.certificate_id is not null and d.last_seen_at is null and ds.certificate_state <> 'revoked')::int as unseen,
           count(*) filter (where ds.certificate_state in ${hand} and ds.expires_at < now() + interval '30 days')::int as "handSoon",
           count(*) filter (where ds.expires_at < now() + interval '30 days' and ds.certificate_state <> 'revoked')::int as "endingSoon",
           coalesce(max(r.ok), 0)::int as "renewedOk", coalesce(max(r.failed), 0)::int as "renewedFailed"
         from site s
         left join device d on d.site_id = s.id and d.state <> 'retired'
         left join device_status ds on ds.device_id = d.id
         left join (
           select x.site_id, count(*) filter (where a.outcome = 'issued') as ok, count(distinct a.device_id) filter (where a.outcome = 'refused') as failed
           from attempt a join device x on x.id = a.device_id
           where a.operation = 'renew' and a.last_at > now() - interval '7 days' group by 1
         ) r on r.site_id = s.id
         where $1::text[] is null or s.id = any($1)
         group by s.id, s.name
         order by expired desc, expiring desc, failing desc, overdue desc, unseen desc, devices desc, s.name`,
        [scope],
      );
      return rows;
    },

    /** Ends of certificates per ISO week, from this one on. */
    listWeeks: async (scope: Scope, weeks = 13): Promise<WeekCount[]> => {
      const { rows } = await pool.query<WeekCount>(
        `with week as (
           select start, start + interval '7 days' as "end"
           from generate_series(date_trunc('week', now() at time zone 'UTC') at time zone 'UTC',
             (date_trunc('week', now() at time zone 'UTC') + make_interval(weeks => $2::int - 1)) at time zone 'UTC', interval '7 days') as start
         )
         select w.start, w."end", count(e.expires_at)::int as "all",
           count(*) filter (where e.certificate_state in ${hand})::int as hand
         from week w left join (
           select ds.expires_at, ds.certificate_state from device d join device_status ds on ds.device_id = d.id
           where ${inScope} and ds.certificate_state not in ('revoked')
         ) e on e.expires_at >= w.start and e.expires_at < w."end"
         group by 1, 2 order by 1`,
        [scope, weeks],
      );
      return rows;
    },

    listPeopleActivity: async (limit = 8): Promise<Activity[]> => {
      const { rows } = await pool.query<Activity>(
        `select e.at, e.actor_kind as "actorKind", e.actor_id as "actorId", u.name as "actorName", e.action,
           e.target_kind as "targetKind", e.target_id as "targetId", e.outcome, e.seq::text
         from audit_event e left join "user" u on u.id = e.actor_id
         where e.actor_kind in ('person', 'operator') and e.action not like 'session.%' order by e.seq desc limit $1`,
        [limit],
      );
      return rows;
    },

    readDayTotals: async (scope: Scope): Promise<DayTotals> => {
      const { rows } = await pool.query<DayTotals>(
        `select
           (select count(*)::int from certificate c left join device d on d.id = c.device_id where c.issued_at > now() - interval '24 hours'
              and c.source = 'est-enrol' and ($1::text[] is null or d.site_id = any($1))) as issued,
           (select count(*)::int from certificate c left join device d on d.id = c.device_id where c.issued_at > now() - interval '24 hours'
              and c.source = 'est-renew' and ($1::text[] is null or d.site_id = any($1))) as renewed,
           (select coalesce(sum(a.count), 0)::int from attempt a left join device d on d.id = a.device_id
              where a.last_at > now() - interval '24 hours' and a.outcome = 'refused' and ($1::text[] is null or d.site_id = any($1))) as refused,
           (select count(*)::int from crl where published_at > now() - interval '24 hours') as crls,
           (select count(*)::int from notification where created_at > now() - interval '24 hours') as mails,
           (select count(*)::int from notification where created_at > now() - interval '24 hours' and state = 'failed') as "mailsFailed",
           (select count(*)::int from audit_event where at > now() - interval '24 hours') as "auditEntries"`,
        [scope],
      );
      return rows[0] ?? { issued: 0, renewed: 0, refused: 0, crls: 0, mails: 0, mailsFailed: 0, auditEntries: 0 };
    },

    listProcesses: async (): Promise<ProcessRow[]> => {
      const { rows } = await pool.query<ProcessRow>(
        `select distinct on (kind) id, kind, beat_at as "beatAt", detail from process_status order by kind, beat_at desc`,
      );
      return rows;
    },
  };
}
