/** What keeps the embedded PostgreSQL from starting; the message names the fix and is fit for an operator. */
export class EmbeddedPostgresError extends Error {
  override name = "EmbeddedPostgresError";
}
