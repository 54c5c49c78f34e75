/** Requests counted by listener, operation and status; the names of EST operations are the only paths kept. */
export type Counts = Record<string, number>;

export function createCounter() {
  let counts: Counts = {};
  return {
    count(listener: "est" | "public", path: string, status: number): void {
      const last = path.split("?", 1)[0]?.split("/").at(-1) ?? "";
      const operation = /^(cacerts|csrattrs|simpleenroll|simplereenroll|serverkeygen|fullcmc)$/.test(last)
        ? last
        : "other";
      const key = `listener="${listener}",operation="${operation}",status="${status}"`;
      counts[key] = (counts[key] ?? 0) + 1;
    },
    take(): Counts {
      const taken = counts;
      counts = {};
      return taken;
    },
  };
}

export function addCounts(total: Counts, more: Counts): void {
  for (const [key, count] of Object.entries(more)) total[key] = (total[key] ?? 0) + count;
}

/** Prometheus text exposition format 0.0.4. */
export function formatMetrics(
  total: Counts,
  facts: { processes: number; serverCertificateNotAfter: Date | null },
): string {
  const lines = [
    "# HELP fieldseal_requests_total Requests answered, by listener, operation and HTTP status.",
    "# TYPE fieldseal_requests_total counter",
    ...Object.entries(total).map(([labels, count]) => `fieldseal_requests_total{${labels}} ${count}`),
    "# HELP fieldseal_device_processes Processes that serve the device API.",
    "# TYPE fieldseal_device_processes gauge",
    `fieldseal_device_processes ${facts.processes}`,
  ];
  if (facts.serverCertificateNotAfter)
    lines.push(
      "# HELP fieldseal_server_certificate_not_after_seconds End of the device API's own certificate (Unix time).",
      "# TYPE fieldseal_server_certificate_not_after_seconds gauge",
      `fieldseal_server_certificate_not_after_seconds ${facts.serverCertificateNotAfter.getTime() / 1000}`,
    );
  return `${lines.join("\n")}\n`;
}
