import { certificateStates } from "@fieldseal/core/inventory/certificate-state";
import { z } from "zod";

import { deviceStateWords, type DeviceFilter, type Range } from "@/compose.ts";
import { parseFilter, parseRange, type Filter } from "@/filter.ts";

export const deviceKeys = ["site", "state", "expires", "seen", "profile", "owner"] as const;

/** Short words of the grammar for the states that people type. */
const stateAliases: Readonly<Record<string, string>> = {
  failing: "renewal-failing",
  overdue: "renewal-overdue",
  window: "in-renewal-window",
};
const knownStates = new Set<string>([...certificateStates, ...deviceStateWords]);

export function toStateWord(word: string): string | null {
  const lower = word.toLowerCase();
  const state = stateAliases[lower] ?? lower;
  return knownStates.has(state) ? state : null;
}

/** Parts that cannot be understood are listed, so that a typing error never looks like "no devices". */
export function parseDeviceFilter(
  source: string,
  now: Date,
): { parsed: Filter; filter: DeviceFilter; wrong: string[] } {
  const parsed = parseFilter(source, deviceKeys);
  const wrong = [...parsed.unknown];
  const choices = (key: string) => parsed.terms.filter((term) => term.key === key);
  const states = choices("state").flatMap(({ values, negated, source: text }) => {
    const known = values.map(toStateWord);
    if (known.includes(null)) wrong.push(text);
    const words = known.filter((word) => word !== null);
    return words.length > 0 ? [{ values: words, negated }] : [];
  });
  const expires: Range[] = [];
  for (const term of choices("expires")) {
    const range = parseRange(term.values[0] ?? "", now, 1);
    if (range && !term.negated) expires.push(range);
    else wrong.push(term.source);
  }
  const seen: (Range | "never")[] = [];
  for (const term of choices("seen")) {
    const range = term.values[0] === "never" ? "never" : parseRange(term.values[0] ?? "", now, -1);
    if (range && !term.negated) seen.push(range);
    else wrong.push(term.source);
  }
  const filter = {
    sites: choices("site"),
    states,
    profiles: choices("profile"),
    owners: choices("owner"),
    expires,
    seen,
    text: parsed.text,
  };
  return { parsed, filter, wrong };
}

const lines = (what: string) =>
  z
    .string()
    .max(2_000, `${what}: too long.`)
    .default("")
    .transform((text) => text.split(/[\s,]+/).filter(Boolean));

const optional = (max: number, what: string) =>
  z
    .string()
    .trim()
    .max(max, `${what}: at most ${max} characters.`)
    .default("")
    .transform((text) => text || null);

export const addDeviceInput = z.object({
  deviceId: z.string().trim().min(1, "Give the device an id.").max(64, "The device id has at most 64 characters."),
  siteName: z.string().trim().min(1, "Name the site.").max(80, "The site name has at most 80 characters."),
  profileSlug: z.string().min(1, "Choose a profile.").max(64),
  description: optional(200, "Description"),
  dnsNames: lines("DNS names"),
  ipAddresses: lines("IP addresses"),
  applicationUri: optional(255, "ApplicationUri"),
  owner: optional(254, "Owner"),
});

export const deviceInput = z.object({ deviceId: z.string().min(1).max(64) });
export const stateInput = deviceInput.extend({
  to: z.enum(["quarantined", "active", "retired"]),
  reason: z.string().trim().min(1, "Write a reason; it goes into the audit log.").max(500),
});
export const stolenInput = deviceInput.extend({ note: optional(500, "Note") });
