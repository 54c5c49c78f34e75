import "server-only";
import { cache } from "react";

import { findCause } from "./causes.ts";
import { getConsole, type AttentionGroup, type AuthorityRow, type ChainCheck, type ProcessRow } from "./compose.ts";
import { plural } from "./format.ts";
import { getFormat } from "./preferences.ts";
import { requirePerson, scopeOf } from "./session.ts";
import type { GlyphName } from "./ui/sprite.tsx";

export type Item = {
  tone: "critical" | "warning";
  glyph: GlyphName;
  title: string;
  detail: string;
  since: string;
  href: string;
  /** Authority whose CRL can be published from the row. */
  publish?: string;
};

const staleBeatMs = 60_000;

export function isCrlOverdue(crl: { dueAt: Date }, now: Date): boolean {
  // The worker looks once a minute; five minutes late is no longer a matter of seconds.
  return now.getTime() > crl.dueAt.getTime() + 5 * 60_000;
}

async function settle<T>(what: string, load: Promise<T>, unknown: string[]): Promise<T | null> {
  try {
    return await load;
  } catch (error) {
    console.error(`${what} cannot be read:`, error);
    unknown.push(what);
    return null;
  }
}

type Words = { left: (at: Date) => string; since: (at: Date) => string; now: Date };

function trustItems(authorities: readonly AuthorityRow[], words: Words): Item[] {
  const items: Item[] = [];
  for (const { id, name, role, state, crl, notAfter, notBefore, liveCertificates, crlValiditySeconds } of authorities) {
    if (state !== "active") continue;
    const href = `/authorities/${id}`;
    const blast = `Past its date, brokers refuse all ${plural(liveCertificates, "device")} of this issuer.`;
    const publish = role === "issuing" ? { publish: id } : {};
    if (crl && crl.nextUpdate <= words.now)
      items.push({
        tone: "critical",
        glyph: "expired",
        title: `CRL of ${name} has run out`,
        detail: blast,
        since: words.since(crl.nextUpdate),
        href,
        ...publish,
      });
    else if (crl && isCrlOverdue(crl, words.now)) {
      const isNear = crl.nextUpdate.getTime() - words.now.getTime() < (crlValiditySeconds * 1000) / 4;
      items.push({
        tone: isNear ? "critical" : "warning",
        glyph: isNear ? "expiring" : "renewal-overdue",
        title: `CRL of ${name} was due and was not published, ${words.left(crl.nextUpdate)} left`,
        detail: blast,
        since: words.since(crl.dueAt),
        href,
        ...publish,
      });
    } else if (!crl)
      items.push({
        tone: "warning",
        glyph: "renewal-overdue",
        title: `${name} has no published CRL`,
        detail: "Brokers that check revocation refuse its devices.",
        since: "–",
        href,
        ...publish,
      });
    const lifeMs = notAfter.getTime() - notBefore.getTime();
    const leftMs = notAfter.getTime() - words.now.getTime();
    if (leftMs <= 0)
      items.push({
        tone: "critical",
        glyph: "expired",
        title: `${name} has expired`,
        detail: "Nothing it signed is accepted any more.",
        since: words.since(notAfter),
        href,
      });
    else if (leftMs < lifeMs / 12)
      items.push({
        tone: "warning",
        glyph: "renewal-overdue",
        title: `${name} ends in ${words.left(notAfter)}`,
        detail: "New certificates cannot outlive it. Plan its successor.",
        since: "–",
        href,
      });
  }
  return items;
}

const processNames: Readonly<Record<string, [string, string]>> = {
  signer: ["The signer does not report", "Without it no certificate and no CRL can be signed."],
  worker: ["The worker does not report", "Without it no CRL is published and no mail is sent."],
  devices: ["The device API does not report", "Without it no device can enrol or renew."],
};

function processItems(processes: readonly ProcessRow[], words: Words): Item[] {
  return Object.entries(processNames).flatMap(([kind, [title, detail]]): Item[] => {
    const found = processes.find((process) => process.kind === kind);
    if (found && words.now.getTime() - found.beatAt.getTime() < staleBeatMs) return [];
    return [
      { tone: "critical", glyph: "expiring", title, detail, since: found ? words.since(found.beatAt) : "–", href: "/" },
    ];
  });
}

const groupWords: Readonly<
  Record<AttentionGroup["state"], { tone: Item["tone"]; glyph: GlyphName; verb: [string, string]; query: string }>
> = {
  expired: { tone: "critical", glyph: "expired", verb: ["has expired", "have expired"], query: "expired" },
  expiring: {
    tone: "critical",
    glyph: "expiring",
    verb: ["expires soon and has not renewed", "expire soon and have not renewed"],
    query: "expiring",
  },
  "renewal-failing": {
    tone: "warning",
    glyph: "renewal-failing",
    verb: ["cannot renew", "cannot renew"],
    query: "failing",
  },
  "renewal-overdue": {
    tone: "warning",
    glyph: "renewal-overdue",
    verb: ["is overdue, no attempt seen", "are overdue, no attempt seen"],
    query: "overdue",
  },
};

function groupItem(group: AttentionGroup, words: Words): Item {
  const { tone, glyph, verb, query } = groupWords[group.state];
  const rest = group.count - group.examples.length;
  const names = group.examples.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  return {
    tone,
    glyph,
    title: `${plural(group.count, "device")} at ${group.siteName} ${verb[group.count === 1 ? 0 : 1]}`,
    detail: group.state === "renewal-failing" ? `Refused: ${findCause(group.cause).shown}. ${names}` : names,
    since: group.since ? words.since(group.since) : "–",
    href:
      group.count === 1 && group.examples[0]
        ? `/devices/${encodeURIComponent(group.examples[0])}`
        : `/devices?q=${encodeURIComponent(`site:${group.siteId} state:${query}`)}`,
  };
}

const chainMaxAgeMs = 60_000;
const shared = globalThis as { fieldsealChain?: { at: Date; check: Promise<ChainCheck> } };

/** Recomputed at most once a minute per process, or as often as `maxAgeMs` asks; says when. */
export async function readChainCheck(maxAgeMs = chainMaxAgeMs): Promise<ChainCheck & { at: Date }> {
  const { clock, reads } = getConsole();
  const now = clock.now();
  const known = shared.fieldsealChain;
  if (!known || now.getTime() - known.at.getTime() > maxAgeMs) {
    const check = reads.checkChain();
    shared.fieldsealChain = { at: now, check };
    check.catch(() => delete shared.fieldsealChain);
  }
  const current = shared.fieldsealChain ?? { at: now, check: reads.checkChain() };
  return { ...(await current.check), at: current.at };
}

/** Everything that may need a person, worst first; read once per request. */
export const readSituation = cache(async () => {
  const person = await requirePerson();
  const scope = scopeOf(person);
  const words = await getFormat();
  const { reads } = getConsole();
  const unknown: string[] = [];
  const [authorities, groups, fleet, processes, chain] = await Promise.all([
    settle("whether the CRLs are fresh", reads.listAuthorities(), unknown),
    settle("which devices need a hand", reads.overview.listAttention(scope), unknown),
    settle("how many devices can renew", reads.overview.readFleet(scope), unknown),
    settle("whether every process runs", reads.overview.listProcesses(), unknown),
    settle("whether the audit log is whole", readChainCheck(), unknown),
  ]);
  const broken: Item[] =
    chain?.brokenAt != null
      ? [
          {
            tone: "critical",
            glyph: "expired",
            title: `The audit log is broken at #${chain.brokenAt}`,
            detail: "An entry was changed or removed. Compare with a backup.",
            since: "–",
            href: `/audit/${chain.brokenAt}`,
          },
        ]
      : [];
  const order = { critical: 0, warning: 1 };
  const items = [
    ...broken,
    ...trustItems(authorities ?? [], words),
    ...processItems(processes ?? [], words).filter(() => processes !== null),
    ...(groups ?? []).map((group) => groupItem(group, words)),
  ].sort((a, b) => order[a.tone] - order[b.tone]);
  const worker = processes?.find((process) => process.kind === "worker");
  return { items, unknown, authorities, fleet, chain, hasMailServer: worker ? worker.detail.smtp !== false : null };
});
