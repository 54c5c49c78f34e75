import { getConsole } from "@/compose.ts";
import { writeCsvRow } from "@/csv.ts";
import { formatIsoSeconds, withColons } from "@/format.ts";
import { lookOfDevice } from "@/ui/state-badge.tsx";

import { loadForExport } from "../queries.ts";
import { renewsWords } from "../renews.ts";

const rowCap = 50_000;
const head = [
  "Device",
  "Site",
  "State",
  "Expires",
  "Renews",
  "Last seen",
  "Profile",
  "Serial number",
  "SHA-256",
  "Description",
  "Owner",
];

/** The same filter and order as the list, page by page, so that a long one does not sit in memory. */
export async function GET(request: Request): Promise<Response> {
  const { now, ...query } = await loadForExport(Object.fromEntries(new URL(request.url).searchParams));
  const { listDevices } = getConsole().reads;
  const encoder = new TextEncoder();
  const iso = (at: Date | null) => (at ? formatIsoSeconds(at) : null);
  let after: string | undefined;
  let written = 0;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(writeCsvRow(head))),
    pull: async (controller) => {
      const page = await listDevices({ ...query, page: { size: 500, after } });
      const rows = page.rows.map((row) =>
        writeCsvRow([
          row.id,
          row.siteName,
          lookOfDevice(row).word,
          iso(row.notAfter),
          renewsWords(row),
          iso(row.lastSeenAt),
          row.profileSlug,
          row.serialNumberHex && withColons(row.serialNumberHex),
          row.sha256Hex && withColons(row.sha256Hex),
          row.description,
          row.owner,
        ]),
      );
      controller.enqueue(encoder.encode(rows.join("")));
      written += page.rows.length;
      if (page.next === null || written >= rowCap) controller.close();
      else after = page.next;
    },
  });
  const stamp = formatIsoSeconds(now).replaceAll(/[-:]/g, "");
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="devices-${stamp}.csv"`,
      "cache-control": "no-store",
    },
  });
}
