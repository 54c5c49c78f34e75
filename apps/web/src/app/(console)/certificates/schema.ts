import { certificateStates } from "@fieldseal/core/inventory/certificate-state";
import type { CrlReason } from "@fieldseal/pki/crl/reason";
import { z } from "zod";

import { toStateWord } from "@/app/(console)/devices/schema.ts";
import type { CertificateFilter, CertificateView, Range } from "@/compose.ts";
import { parseFilter, parseRange, type Filter } from "@/filter.ts";

export const certificateKeys = ["site", "state", "expires", "profile", "issuer", "device"] as const;
export const certificateViews: readonly { id: CertificateView; name: string }[] = [
  { id: "in-use", name: "In use" },
  { id: "expiring", name: "Expiring ≤ 30 d" },
  { id: "revoked", name: "Revoked 30 d" },
  { id: "superseded", name: "Superseded" },
  { id: "service", name: "Service certificates" },
  { id: "all", name: "All" },
];

export function parseCertificateFilter(
  source: string,
  view: CertificateView,
  now: Date,
): { parsed: Filter; filter: CertificateFilter; wrong: string[] } {
  const parsed = parseFilter(source, certificateKeys);
  const wrong = [...parsed.unknown];
  const choices = (key: string) => parsed.terms.filter((term) => term.key === key);
  const known = new Set<string>([...certificateStates, "attention"]);
  const states = choices("state").flatMap(({ values, negated, source: text }) => {
    const words = values.map(toStateWord).filter((word) => word !== null && known.has(word)) as string[];
    if (words.length < values.length) wrong.push(text);
    return words.length > 0 ? [{ values: words, negated }] : [];
  });
  const expires: Range[] = [];
  for (const term of choices("expires")) {
    const range = parseRange(term.values[0] ?? "", now, 1);
    if (range && !term.negated) expires.push(range);
    else wrong.push(term.source);
  }
  const filter = {
    view,
    states,
    sites: choices("site"),
    profiles: choices("profile"),
    issuers: choices("issuer"),
    devices: choices("device"),
    expires,
    text: parsed.text,
  };
  return { parsed, filter, wrong };
}

/** Five plain answers to "why?", and what RFC 5280 5.3.1 calls them. */
export const revocationReasons: readonly { reason: CrlReason; words: string }[] = [
  { reason: "keyCompromise", words: "Key may be in other hands" },
  { reason: "cessationOfOperation", words: "Device out of service" },
  { reason: "superseded", words: "Replaced by a newer certificate" },
  { reason: "affiliationChanged", words: "Device changed its owner or name" },
  { reason: "unspecified", words: "Another reason" },
];

export const revokeInput = z.object({
  certificateId: z.uuid(),
  reason: z.enum(
    ["keyCompromise", "cessationOfOperation", "superseded", "affiliationChanged", "unspecified"],
    "Choose a reason.",
  ),
  note: z
    .string()
    .trim()
    .max(500, "The note has at most 500 characters.")
    .default("")
    .transform((text) => text || null),
});
