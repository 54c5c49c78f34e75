import { getConsole } from "@/compose.ts";
import { createFormat } from "@/format.ts";
import { decodeParam } from "@/route-param.ts";
import { findPerson, scopeOf } from "@/session.ts";
import type { Progress } from "@/ui/live-line.tsx";

export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const headers = { "cache-control": "no-store" };
  const person = await findPerson();
  if (!person) return Response.json({ error: "signed-out" }, { status: 401, headers });
  const { clock, reads } = getConsole();
  const found = await reads.findEnrolmentProgress(decodeParam((await params).id), scopeOf(person));
  if (!found) return Response.json({ error: "unknown" }, { status: 404, headers });
  const format = createFormat({ now: clock.now(), zone: "UTC" });
  const time = (at: Date | null) => (at ? `${format.clockSeconds(at)} UTC` : null);
  const progress: Progress = {
    waitingSince: time(found.tokenCreatedAt),
    requested: found.requestedAt
      ? `${time(found.requestedAt)}${found.requestedFrom ? ` from ${found.requestedFrom}` : ""}`
      : null,
    refusal: found.refusal,
    issued: time(found.issuedAt),
    firstSeen: time(found.firstSeenAt),
  };
  return Response.json(progress, { headers });
}
