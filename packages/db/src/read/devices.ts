import type { CertificateState } from "@fieldseal/core/inventory/certificate-state";
import type { Pool } from "pg";

import {
  addRange,
  bind,
  countUpTo,
  hexOf,
  likePattern,
  readPage,
  type Choice,
  type Conditions,
  type Page,
  type PageRequest,
  type Range,
  type Scope,
  type SortKey,
  addChoice,
  addSites,
} from "./query.ts";

export type DeviceFilter = {
  sites: readonly Choice[];
  states: readonly Choice[];
  profiles: readonly Choice[];
  owners: readonly Choice[];
  expires: readonly Range[];
  seen: readonly (Range | "never")[];
  text: readonly string[];
};

export const emptyDeviceFilter: DeviceFilter = {
  sites: [],
  states: [],
  profiles: [],
  owners: [],
  expires: [],
  seen: [],
  text: [],
};

/** Words of `state:` beside those of the certificate. */
export const deviceStateWords = [
  "attention",
  "active",
  "quarantined",
  "retired",
  "not-enrolled",
  "never-seen",
] as const;

export type DeviceRow = {
  id: string;
  siteId: string;
  siteName: string;
  profileSlug: string;
  description: string | null;
  owner: string | null;
  deviceState: string;
  certificateId: string | null;
  certificateState: CertificateState | null;
  serialNumberHex: string | null;
  sha256Hex: string | null;
  notBefore: Date | null;
  notAfter: Date | null;
  revokedAt: Date | null;
  source: string | null;
  isSeenInUse: boolean;
  lastSeenAt: Date | null;
  failedAttempts: number;
  failingSince: Date | null;
  lastFailureCode: string | null;
};

export const deviceSorts = ["attention", "device", "site", "expires", "seen", "profile"] as const;
export type DeviceSort = (typeof deviceSorts)[number];

const from = `device d
  join site s on s.id = d.site_id
  left join device_status ds on ds.device_id = d.id
  left join certificate c on c.id = ds.certificate_id`;

const select = `d.id, d.site_id, s.name as site_name, d.profile_slug, d.description, d.owner, d.state as device_state,
  ds.certificate_id, ds.certificate_state, c.serial_number, c.der_sha256, c.not_before, c.not_after, c.revoked_at, c.source,
  c.first_seen_at is not null as is_seen_in_use, d.last_seen_at, d.failed_attempts, d.failing_since, d.last_failure_code`;

const expiry = "coalesce(c.not_after, 'infinity'::timestamptz)";
const rank = "case when d.state = 'retired' then 99 else coalesce(ds.attention, 50) end";
const idKey: SortKey = { expression: "d.id", type: "text" };
const sortKeys: Readonly<Record<DeviceSort, readonly SortKey[]>> = {
  attention: [{ expression: rank, type: "int" }, { expression: expiry, type: "timestamptz" }, idKey],
  device: [idKey],
  site: [{ expression: "s.name", type: "text" }, idKey],
  expires: [{ expression: expiry, type: "timestamptz" }, idKey],
  seen: [{ expression: "coalesce(d.last_seen_at, '-infinity'::timestamptz)", type: "timestamptz" }, idKey],
  profile: [{ expression: "d.profile_slug", type: "text" }, idKey],
};

type Row = {
  id: string;
  site_id: string;
  site_name: string;
  profile_slug: string;
  description: string | null;
  owner: string | null;
  device_state: string;
  certificate_id: string | null;
  certificate_state: CertificateState | null;
  serial_number: Buffer | null;
  der_sha256: Buffer | null;
  not_before: Date | null;
  not_after: Date | null;
  revoked_at: Date | null;
  source: string | null;
  is_seen_in_use: boolean;
  last_seen_at: Date | null;
  failed_attempts: number;
  failing_since: Date | null;
  last_failure_code: string | null;
};

const toDeviceRow = (row: Row): DeviceRow => ({
  id: row.id,
  siteId: row.site_id,
  siteName: row.site_name,
  profileSlug: row.profile_slug,
  description: row.description,
  owner: row.owner,
  deviceState: row.device_state,
  certificateId: row.certificate_id,
  certificateState: row.certificate_state,
  serialNumberHex: row.serial_number ? hexOf(row.serial_number) : null,
  sha256Hex: row.der_sha256 ? hexOf(row.der_sha256) : null,
  notBefore: row.not_before,
  notAfter: row.not_after,
  revokedAt: row.revoked_at,
  source: row.source,
  isSeenInUse: row.is_seen_in_use,
  lastSeenAt: row.last_seen_at,
  failedAttempts: row.failed_attempts,
  failingSince: row.failing_since,
  lastFailureCode: row.last_failure_code,
});

function stateCondition(word: string, conditions: Conditions): string {
  switch (word) {
    case "attention":
      return "(d.state <> 'retired' and ds.certificate_state in ('expired', 'expiring', 'renewal-failing', 'renewal-overdue'))";
    case "active":
    case "quarantined":
    case "retired":
      return `d.state = ${bind(conditions, word)}`;
    case "not-enrolled":
      return "(ds.certificate_id is null and d.state <> 'retired')";
    case "never-seen":
      return "(ds.certificate_id is not null and d.last_seen_at is null and c.revoked_at is null and d.state <> 'retired')";
    default:
      return `(d.state <> 'retired' and ds.certificate_state = ${bind(conditions, word)})`;
  }
}

function toConditions(filter: DeviceFilter, scope: Scope): Conditions {
  const conditions: Conditions = { sql: [], values: [] };
  if (scope) conditions.sql.push(`d.site_id = any(${bind(conditions, scope)})`);
  addSites(conditions, filter.sites);
  for (const choice of filter.states) addChoice(conditions, choice, (word) => stateCondition(word, conditions));
  for (const choice of filter.profiles)
    addChoice(conditions, choice, (slug) => `d.profile_slug = ${bind(conditions, slug)}`);
  for (const choice of filter.owners)
    addChoice(conditions, choice, (owner) =>
      owner === "none" ? "d.owner is null" : `lower(d.owner) = ${bind(conditions, owner.toLowerCase())}`,
    );
  for (const range of filter.expires) {
    conditions.sql.push("c.revoked_at is null");
    addRange(conditions, "c.not_after", range);
  }
  for (const seen of filter.seen)
    if (seen === "never") conditions.sql.push("d.last_seen_at is null");
    else addRange(conditions, "d.last_seen_at", seen);
  for (const word of filter.text) {
    const pattern = bind(conditions, likePattern(word));
    conditions.sql.push(
      `(d.id ilike ${pattern} or d.description ilike ${pattern} or d.hardware_serial ilike ${pattern})`,
    );
  }
  return conditions;
}

export function createDeviceReads(pool: Pool) {
  return {
    listDevices: (query: {
      filter: DeviceFilter;
      scope: Scope;
      sort: DeviceSort;
      descending: boolean;
      page: PageRequest;
    }): Promise<Page<DeviceRow>> =>
      readPage<Row, DeviceRow>(pool, {
        select,
        from,
        conditions: toConditions(query.filter, query.scope),
        sort: sortKeys[query.sort],
        descending: query.descending,
        page: query.page,
        map: toDeviceRow,
      }),

    countDevices: (filter: DeviceFilter, scope: Scope): Promise<number> =>
      countUpTo(pool, from, toConditions(filter, scope)),

    listSites: async (scope: Scope): Promise<{ id: string; name: string }[]> => {
      const { rows } = await pool.query<{ id: string; name: string }>(
        "select id, name from site where $1::text[] is null or id = any($1) order by name",
        [scope],
      );
      return rows;
    },

    listProfiles: async (): Promise<{ slug: string; version: number; config: Record<string, unknown> }[]> => {
      const { rows } = await pool.query<{ slug: string; version: number; config: Record<string, unknown> }>(
        "select distinct on (slug) slug, version, config from profile order by slug, version desc",
      );
      return rows;
    },
  };
}
