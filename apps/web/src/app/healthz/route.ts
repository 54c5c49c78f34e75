/** The process lives. Says nothing about the database: a restart would not mend that. */
export function GET(): Response {
  return Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } });
}
export const dynamic = "force-dynamic";
