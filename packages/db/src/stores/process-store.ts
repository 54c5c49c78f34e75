import type { Pool } from "../pool.ts";

/** Says in the records that a process lives. A database that is away is not its death: failures are passed over. */
export function createHeartbeat(pool: Pool, process: { id: string; kind: "devices" | "worker" | "console" }) {
  return async (detail: Record<string, unknown>): Promise<void> => {
    await pool
      .query(
        `INSERT INTO process_status (id, kind, started_at, beat_at, detail) VALUES ($1, $2, now(), now(), $3)
         ON CONFLICT (id) DO UPDATE SET beat_at = now(), detail = excluded.detail`,
        [process.id, process.kind, JSON.stringify(detail)],
      )
      .catch(() => undefined);
  };
}
