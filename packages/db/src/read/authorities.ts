import type { Pool } from "pg";

import { hexOf } from "./query.ts";

export type CrlSummary = {
  number: string;
  cause: string;
  state: string;
  thisUpdate: Date;
  nextUpdate: Date;
  /** The next one should be out by then; later means a missed publication. */
  dueAt: Date;
  entryCount: number | null;
  sizeBytes: number | null;
  publishedAt: Date | null;
  failure: string | null;
};

export type AuthorityRow = {
  id: string;
  role: string;
  name: string;
  state: string;
  parentId: string | null;
  keyCustody: string;
  keyAlgorithm: string;
  serialNumberHex: string;
  sha256Hex: string;
  subjectKeyIdentifierHex: string;
  spkiSha256Hex: string;
  certificateDer: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  crlValiditySeconds: number;
  crlIntervalSeconds: number;
  createdAt: Date;
  /** Certificates of devices that it issued and that still count. */
  liveCertificates: number;
  lastIssuedAt: Date | null;
  crl: CrlSummary | null;
};

type Row = Omit<AuthorityRow, "serialNumberHex" | "sha256Hex" | "subjectKeyIdentifierHex" | "spkiSha256Hex" | "crl"> & {
  serial: Buffer;
  sha256: Buffer;
  ski: Buffer;
  spki: Buffer;
};

const crlColumns = `k.number::text, k.cause, k.state, k.this_update as "thisUpdate", k.next_update as "nextUpdate",
  k.this_update + make_interval(secs => a.crl_interval_seconds) as "dueAt", k.entry_count as "entryCount",
  octet_length(k.der) as "sizeBytes", k.published_at as "publishedAt", k.failure`;

export function createAuthorityReads(pool: Pool) {
  const listAuthorities = async (): Promise<AuthorityRow[]> => {
    const [authorities, lists] = await Promise.all([
      pool.query<Row>(
        `select a.id, a.role, a.name, a.state, a.parent_id as "parentId", a.key_custody as "keyCustody",
           a.key_algorithm as "keyAlgorithm", a.serial_number as serial, a.certificate_sha256 as sha256,
           a.subject_key_identifier as ski, a.spki_sha256 as spki, a.certificate_der as "certificateDer",
           a.not_before as "notBefore", a.not_after as "notAfter", a.crl_validity_seconds as "crlValiditySeconds",
           a.crl_interval_seconds as "crlIntervalSeconds", a.created_at as "createdAt",
           (select count(*)::int from certificate c where c.authority_id = a.id and c.purpose = 'device' and c.state = 'issued'
              and c.not_after > now() and c.superseded_at is null) as "liveCertificates",
           (select max(c.issued_at) from certificate c where c.authority_id = a.id) as "lastIssuedAt"
         from authority a order by a.role desc, a.created_at desc, a.id`,
      ),
      pool.query<CrlSummary & { authorityId: string }>(
        `select a.id as "authorityId", ${crlColumns} from authority a
         join lateral (select * from crl where authority_id = a.id and state = 'published' order by number desc limit 1) k on true`,
      ),
    ]);
    return authorities.rows.map(({ serial, sha256, ski, spki, ...row }) => {
      const list = lists.rows.find((found) => found.authorityId === row.id);
      return {
        ...row,
        serialNumberHex: hexOf(serial),
        sha256Hex: hexOf(sha256),
        subjectKeyIdentifierHex: hexOf(ski),
        spkiSha256Hex: hexOf(spki),
        crl: list ?? null,
      };
    });
  };

  return {
    listAuthorities,

    findAuthority: async (id: string): Promise<AuthorityRow | null> =>
      (await listAuthorities()).find((authority) => authority.id === id) ?? null,

    listCrls: async (authorityId: string, limit = 12): Promise<CrlSummary[]> => {
      const { rows } = await pool.query<CrlSummary>(
        `select ${crlColumns} from crl k join authority a on a.id = k.authority_id
         where k.authority_id = $1 order by k.number desc limit $2`,
        [authorityId, limit],
      );
      return rows;
    },

    /** From the leaf's issuer up to the root. */
    listChain: async (authorityId: string): Promise<AuthorityRow[]> => {
      const all = await listAuthorities();
      const chain: AuthorityRow[] = [];
      for (let next = all.find(({ id }) => id === authorityId); next && chain.length < 8;) {
        chain.push(next);
        const { parentId } = next;
        next = parentId && parentId !== next.id ? all.find(({ id }) => id === parentId) : undefined;
      }
      return chain;
    },
  };
}
