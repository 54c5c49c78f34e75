import type { Pool } from "../pool.ts";
import { bytes } from "./row.ts";

export type PublishedCrlRow = { authorityId: string; der: Uint8Array; thisUpdate: Date; nextUpdate: Date };

/** How long an answer may be behind the records when no notice of a new list arrives. */
const cacheMs = 500;

/**
 * Newest published CRL of each authority and the authorities' certificates, kept in memory: the bytes are read again
 * only when a newer list exists.
 */
export function createPublicationReader(pool: Pool, now: () => number) {
  let checkedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | null = null;
  let news = 0;
  let crls = new Map<string, PublishedCrlRow & { id: string }>();

  async function refresh(): Promise<void> {
    const newsBefore = news;
    const { rows } = await pool.query<{ id: string; authority_id: string }>(
      `SELECT DISTINCT ON (authority_id) id, authority_id FROM crl WHERE state = 'published' ORDER BY authority_id, number DESC`,
    );
    const next = new Map<string, PublishedCrlRow & { id: string }>();
    for (const { id, authority_id: authorityId } of rows) {
      const known = crls.get(authorityId);
      next.set(authorityId, known?.id === id ? known : await load(id, authorityId));
    }
    crls = next;
    if (news === newsBefore) checkedAt = now(); // else a newer list may have come while we looked
  }

  async function load(id: string, authorityId: string) {
    const { rows } = await pool.query<{ der: Buffer; this_update: Date; next_update: Date }>(
      "SELECT der, this_update, next_update FROM crl WHERE id = $1",
      [id],
    );
    const row = rows[0];
    if (!row) throw new Error(`CRL ${id} is gone`);
    return { id, authorityId, der: bytes(row.der), thisUpdate: row.this_update, nextUpdate: row.next_update };
  }

  /** A database that is away does not take the lists away: the last known ones are served on. */
  async function current() {
    if (now() - checkedAt >= cacheMs) {
      running ??= refresh().finally(() => {
        running = null;
      });
      await running.catch((error: unknown) => {
        if (crls.size === 0) throw error;
        checkedAt = now();
      });
    }
    return crls;
  }

  return {
    /** A newer list exists: the next answer looks for it. */
    forget(): void {
      news += 1;
      checkedAt = Number.NEGATIVE_INFINITY;
    },
    async findCrl(authorityId: string): Promise<PublishedCrlRow | null> {
      return (await current()).get(authorityId) ?? null;
    },
    async listCrls(): Promise<readonly PublishedCrlRow[]> {
      const all = await current();
      return [...all.keys()].sort().flatMap((id) => all.get(id) ?? []);
    },
    async findAuthorityCertificate(authorityId: string): Promise<{ der: Uint8Array; notBefore: Date } | null> {
      const { rows } = await pool.query<{ certificate_der: Buffer; not_before: Date }>(
        "SELECT certificate_der, not_before FROM authority WHERE id = $1",
        [authorityId],
      );
      const row = rows[0];
      return row ? { der: bytes(row.certificate_der), notBefore: row.not_before } : null;
    },
    async isReady(): Promise<boolean> {
      return pool.query("SELECT 1").then(
        () => true,
        () => false,
      );
    },
  };
}
