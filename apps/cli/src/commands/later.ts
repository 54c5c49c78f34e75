import { DomainError } from "@fieldseal/core/errors";

import type { Command } from "../command.ts";

/** Fixed names of architecture.md whose work is not built yet. They refuse plainly rather than pretend. */
const names: readonly (readonly [string, string])[] = [
  ["authority create", "Make a further authority"],
  ["ceremony", "Root ceremonies with an offline root"],
  ["backup", "Back up the records"],
  ["restore", "Restore a backup"],
  ["verify", "Check the invariants of the whole installation"],
  ["agent device", "Keep a device's certificate renewed"],
  ["agent broker", "Keep a broker's CRL fresh and report what it has loaded"],
];

export const laterCommands: readonly Command[] = names.map(([name, summary]) => ({
  name,
  arguments: ["[...]"],
  summary: `${summary} (not yet)`,
  options: {},
  run: () => Promise.reject(new DomainError("job-unknown", `fieldseal ${name}: not yet.`)),
}));
