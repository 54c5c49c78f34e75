import type { Metadata } from "next";

import { auditSentence, auditTargetHref, outcomeWords } from "@/audit-words.ts";
import { formatIsoMs, formatNumber, inGroups } from "@/format.ts";
import { showHidden } from "@/hostile-text.ts";
import { CopyButton } from "@/ui/copy-button.tsx";
import { Glyph } from "@/ui/glyph.tsx";
import { Link } from "@/ui/link.tsx";
import { Panel } from "@/ui/panel.tsx";
import { Foreign, None } from "@/ui/text.tsx";

import { actorKinds } from "../parts.tsx";
import { loadEntry } from "../queries.ts";

export const metadata: Metadata = { title: "Audit entry" };

function pretty(canonical: string): string {
  try {
    return JSON.stringify(JSON.parse(canonical), null, 2);
  } catch {
    return canonical;
  }
}

export default async function AuditEntryPage({ params }: { params: Promise<{ seq: string }> }) {
  const entry = await loadEntry((await params).seq);
  const seq = BigInt(entry.seq);
  const href = auditTargetHref(entry);
  return (
    <>
      <p className="crumb">
        <Link href="/audit">Audit log</Link> /{" "}
        {seq > 1n && (
          <>
            <Link href={`/audit/${seq - 1n}`}>previous</Link> ·{" "}
          </>
        )}
        <Link href={`/audit/${seq + 1n}`}>next</Link>
      </p>
      <div className="obj">
        <h1>
          #{formatNumber(seq)}{" "}
          <Foreign limit={120}>{`${entry.actorName ?? entry.actorId} ${auditSentence(entry)}`}</Foreign>
        </h1>
        <div className="facts">
          <span className={`badge ${entry.isHashRight ? "quiet" : "critical-fill"}`}>
            <Glyph name={entry.isHashRight ? "check" : "expired"} />
            {entry.isHashRight ? "Hash fits the text" : "Hash does not fit: this entry was changed"}
          </span>
          <span>{formatIsoMs(entry.at)} UTC</span>
        </div>
      </div>
      <div className="cols">
        <div className="stack">
          <Panel
            title="Recorded text"
            aside={<CopyButton value={entry.canonical} what="the recorded text" label="Copy exact text" />}
            flush
          >
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
            <pre className="code border-0 whitespace-pre-wrap" tabIndex={0} aria-label="Recorded text">
              {pretty(entry.canonical).split("\n").map(showHidden).join("\n")}
            </pre>
          </Panel>
          <Panel title="Hashes" aside="SHA-256(previous hash || recorded text)">
            <div className="panel-body grid gap-3">
              <div>
                <p className="meta">
                  This entry <CopyButton value={entry.hashHex} what="the hash" />
                </p>
                <span className="hex">{inGroups(entry.hashHex)}</span>
              </div>
              <div>
                <p className="meta">
                  The entry before <CopyButton value={entry.prevHashHex} what="the previous hash" />
                </p>
                <span className="hex">{inGroups(entry.prevHashHex)}</span>
              </div>
            </div>
          </Panel>
        </div>
        <section className="panel">
          <div className="sect">
            <h2>Entry</h2>
            <dl className="kv">
              <dt>Actor</dt>
              <dd>
                <Foreign>{entry.actorName ?? entry.actorId}</Foreign>{" "}
                <span className="t2">{actorKinds[entry.actorKind] ?? entry.actorKind}</span>
              </dd>
              <dt>Action</dt>
              <dd>{entry.action}</dd>
              <dt>Target</dt>
              <dd>
                {href ? (
                  <Link href={href}>
                    <Foreign>{entry.targetId}</Foreign>
                  </Link>
                ) : (
                  <Foreign>{entry.targetId}</Foreign>
                )}{" "}
                <span className="t2">{entry.targetKind}</span>
              </dd>
              <dt>Outcome</dt>
              <dd>{outcomeWords[entry.outcome] ?? entry.outcome}</dd>
              <dt>From</dt>
              <dd>{entry.sourceAddress ? <Foreign>{entry.sourceAddress}</Foreign> : <None />}</dd>
            </dl>
          </div>
        </section>
      </div>
    </>
  );
}
