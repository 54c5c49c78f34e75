import pg from "pg";

import type { Pool } from "../pool.ts";

/** `payload` is empty after an interruption: something may have been said meanwhile. */
export type ListenHandlers = { onNotice: (payload: string) => void; onLost: (error: unknown) => void };

const reconnectMs = 2_000;

/**
 * LISTEN on a connection of its own that comes back by itself; what was said meanwhile is told as one empty notice.
 * Returns the way to stop.
 */
export function listen(pool: Pool, channel: string, { onNotice, onLost }: ListenHandlers): () => void {
  let client: pg.PoolClient | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isReturning = false;

  const retry = (error: unknown) => {
    if (isStopped) return;
    isReturning = true;
    onLost(error);
    timer = setTimeout(() => void connect(), reconnectMs);
  };
  const onNotification = ({ payload }: pg.Notification) => onNotice(payload ?? "");
  const drop = (connection: pg.PoolClient, error: unknown) => {
    if (client !== connection) return;
    client = null;
    connection.off("notification", onNotification).release(true);
    retry(error);
  };
  const connect = async (): Promise<void> => {
    try {
      const connection = await pool.connect();
      if (isStopped) return connection.release();
      client = connection;
      connection.on("notification", onNotification);
      connection.on("error", (error) => drop(connection, error));
      await connection.query(`listen ${pg.escapeIdentifier(channel)}`);
      // What was said while we were away is not repeated.
      if (isReturning) onNotice("");
      isReturning = false;
    } catch (error) {
      if (client) drop(client, error);
      else retry(error);
    }
  };
  void connect();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    // Closed, not returned: a connection that listens must not serve anybody else.
    client?.off("notification", onNotification).release(true);
    client = null;
  };
}
