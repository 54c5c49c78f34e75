import { randomUUID } from "node:crypto";

/** One JSON line on standard output; JSON escapes whatever a device managed to put into it. */
export function log(line: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ part: "devices", ...line }));
}

/** A fault of ours: the log gets the stack, the device gets the name of the incident. */
export function reportFault(error: unknown): string {
  const incident = randomUUID().slice(0, 8);
  const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(JSON.stringify({ part: "devices", incident, fault }));
  return incident;
}
