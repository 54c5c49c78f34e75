import { getConsole } from "@/compose.ts";

/** Able to serve people: the database answers. */
export async function GET(): Promise<Response> {
  const headers = { "cache-control": "no-store" };
  try {
    await getConsole().reads.isReachable();
    return Response.json({ status: "ready" }, { headers });
  } catch {
    return Response.json({ status: "unavailable", reason: "database" }, { status: 503, headers });
  }
}
export const dynamic = "force-dynamic";
