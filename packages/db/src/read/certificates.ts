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

export type CertificateView = "in-use" | "expiring" | "revoked" | "superseded" | "service" | "all";

export type CertificateFilter = {
  view: CertificateView;
  states: readonly Choice[];
  sites: readonly Choice[];
  profiles: readonly Choice[];
  issuers: readonly Choice[];
  devices: readonly Choice[];
  expires: readonly Range[];
  text: readonly string[];
};

export type CertificateRow = {
  id: string;
  commonName: string;
  subjectAltNames: readonly string[];
  purpose: string;
  deviceId: string | null;
  siteName: string | null;
  state: CertificateState | null;
  authorityId: string;
  profileSlug: string;
  keyAlgorithm: string;
  serialNumberHex: string;
  sha256Hex: string | null;
  source: string;
  issuedAt: Date | null;
  notBefore: Date;
  notAfter: Date;
  revokedAt: Date | null;
};

export const certificateSorts = ["expires", "name", "issued", "state"] as const;
export type CertificateSort = (typeof certificateSorts)[number];

const from = `certificate c
  join certificate_status cs on cs.id = c.id
  left join device d on d.id = c.device_id
  left join site s on s.id = d.site_id`;

const select = `c.id, c.common_name, c.subject_alt_names, c.purpose, c.device_id, s.name as site_name, cs.state as lifecycle,
  c.authority_id, c.profile_slug, c.key_algorithm, c.serial_number, c.der_sha256, c.source, c.issued_at, c.not_before, c.not_after,
  c.revoked_at`;

type Row = {
  id: string;
  common_name: string;
  subject_alt_names: string[];
  purpose: string;
  device_id: string | null;
  site_name: string | null;
  lifecycle: CertificateState | null;
  authority_id: string;
  profile_slug: string;
  key_algorithm: string;
  serial_number: Buffer;
  der_sha256: Buffer | null;
  source: string;
  issued_at: Date | null;
  not_before: Date;
  not_after: Date;
  revoked_at: Date | null;
};

const toCertificateRow = (row: Row): CertificateRow => ({
  id: row.id,
  commonName: row.common_name,
  subjectAltNames: row.subject_alt_names,
  purpose: row.purpose,
  deviceId: row.device_id,
  siteName: row.site_name,
  state: row.lifecycle,
  authorityId: row.authority_id,
  profileSlug: row.profile_slug,
  keyAlgorithm: row.key_algorithm,
  serialNumberHex: hexOf(row.serial_number),
  sha256Hex: row.der_sha256 ? hexOf(row.der_sha256) : null,
  source: row.source,
  issuedAt: row.issued_at,
  notBefore: row.not_before,
  notAfter: row.not_after,
  revokedAt: row.revoked_at,
});

const idKey: SortKey = { expression: "c.id", type: "uuid" };
const statePriority = `array_position(array['expired','expiring','renewal-failing','renewal-overdue','in-renewal-window','valid','not-yet-valid','superseded','revoked'], cs.state::text)`;
const sortKeys: Readonly<Record<CertificateSort, readonly SortKey[]>> = {
  expires: [{ expression: "c.not_after", type: "timestamptz" }, idKey],
  name: [{ expression: "c.common_name", type: "text" }, idKey],
  issued: [{ expression: "coalesce(c.issued_at, c.precommit_at)", type: "timestamptz" }, idKey],
  state: [
    { expression: `coalesce(${statePriority}, 99)`, type: "int" },
    { expression: "c.not_after", type: "timestamptz" },
    idKey,
  ],
};

const views: Readonly<Record<CertificateView, string>> = {
  "in-use": "c.purpose = 'device' and cs.state not in ('revoked', 'superseded', 'expired')",
  expiring:
    "c.purpose = 'device' and cs.state not in ('revoked', 'superseded', 'expired') and c.not_after < now() + interval '30 days'",
  revoked: "c.revoked_at is not null and c.revoked_at > now() - interval '30 days' and c.state = 'revoked'",
  superseded: "cs.state = 'superseded'",
  service: "c.purpose <> 'device'",
  all: "true",
};

function toConditions(filter: CertificateFilter, scope: Scope): Conditions {
  const conditions: Conditions = { sql: ["c.issued_at is not null", views[filter.view]], values: [] };
  if (scope) conditions.sql.push(`d.site_id = any(${bind(conditions, scope)})`);
  for (const choice of filter.states)
    addChoice(conditions, choice, (word) =>
      word === "attention"
        ? "cs.state in ('expired', 'expiring', 'renewal-failing', 'renewal-overdue')"
        : `cs.state = ${bind(conditions, word)}`,
    );
  addSites(conditions, filter.sites);
  for (const choice of filter.profiles)
    addChoice(conditions, choice, (slug) => `c.profile_slug = ${bind(conditions, slug)}`);
  for (const choice of filter.issuers)
    addChoice(conditions, choice, (issuer) => `c.authority_id = ${bind(conditions, issuer)}`);
  for (const choice of filter.devices)
    addChoice(conditions, choice, (device) => `c.device_id = ${bind(conditions, device)}`);
  for (const range of filter.expires) addRange(conditions, "c.not_after", range);
  for (const word of filter.text) {
    const pattern = bind(conditions, likePattern(word));
    conditions.sql.push(
      `(c.common_name ilike ${pattern} or array_to_string(c.subject_alt_names, ' ') ilike ${pattern})`,
    );
  }
  return conditions;
}

export function createCertificateReads(pool: Pool) {
  return {
    listCertificates: (query: {
      filter: CertificateFilter;
      scope: Scope;
      sort: CertificateSort;
      descending: boolean;
      page: PageRequest;
    }): Promise<Page<CertificateRow>> =>
      readPage<Row, CertificateRow>(pool, {
        select,
        from,
        conditions: toConditions(query.filter, query.scope),
        sort: sortKeys[query.sort],
        descending: query.descending,
        page: query.page,
        map: toCertificateRow,
      }),

    countCertificates: (filter: CertificateFilter, scope: Scope): Promise<number> =>
      countUpTo(pool, from, toConditions(filter, scope)),
  };
}
