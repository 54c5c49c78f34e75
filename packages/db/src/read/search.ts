import type { Pool } from "pg";

import { likePattern, type Scope } from "./query.ts";

export type SearchMatch =
  | { kind: "device"; id: string; siteName: string; description: string | null }
  | { kind: "certificate"; id: string; commonName: string; deviceId: string | null; siteName: string | null }
  | { kind: "authority"; id: string; name: string }
  | { kind: "site"; id: string; name: string };

export function createSearchReads(pool: Pool) {
  return {
    /** Objects that carry exactly this hex: serial number, SHA-256 of the certificate or of the key, whole or begun. */
    findByHex: async (hex: string, scope: Scope): Promise<SearchMatch[]> => {
      const { rows } = await pool.query<SearchMatch>(
        `(select 'certificate' as kind, c.id::text, c.common_name as "commonName", c.device_id as "deviceId", s.name as "siteName", null as name
          from certificate c left join device d on d.id = c.device_id left join site s on s.id = d.site_id
          where c.issued_at is not null and ($2::text[] is null or d.site_id = any($2)) and (c.serial_number = decode($1, 'hex')
            or (c.der_sha256 >= decode($1, 'hex') and c.der_sha256 <= decode(rpad($1, 64, 'f'), 'hex') and length($1) >= 8)
            or c.spki_sha256 = decode($1, 'hex'))
          limit 10)
         union all
         (select 'authority', a.id, null, null, null, a.name from authority a
          where a.serial_number = decode($1, 'hex')
            or (encode(a.certificate_sha256, 'hex') like $1 || '%' and length($1) >= 8) or a.spki_sha256 = decode($1, 'hex') limit 5)`,
        [hex, scope],
      );
      return rows;
    },

    findByText: async (text: string, scope: Scope): Promise<SearchMatch[]> => {
      const { rows } = await pool.query<SearchMatch>(
        `(select 'device' as kind, d.id, s.name as "siteName", d.description, null as "commonName", null as name
          from device d join site s on s.id = d.site_id
          where ($3::text[] is null or d.site_id = any($3))
            and (d.id ilike $2 or d.description ilike $2 or d.hardware_serial ilike $2 or $1 = any(d.ip_addresses) or $1 = any(d.dns_names))
          order by (lower(d.id) = lower($1)) desc, (starts_with(lower(d.id), lower($1))) desc, d.id limit 30)
         union all
         (select 'site', s.id, null, null, null, s.name from site s
          where ($3::text[] is null or s.id = any($3)) and (s.name ilike $2 or s.id = lower($1)) limit 5)
         union all
         (select 'authority', a.id, null, null, null, a.name from authority a where a.name ilike $2 or a.id = lower($1) limit 5)`,
        [text, likePattern(text), scope],
      );
      return rows;
    },
  };
}
