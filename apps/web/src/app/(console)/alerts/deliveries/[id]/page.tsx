import type { Metadata } from "next";

import { formatNumber } from "@/format.ts";
import { showHidden } from "@/hostile-text.ts";
import { getFormat } from "@/preferences.ts";
import { Link } from "@/ui/link.tsx";
import { Panel } from "@/ui/panel.tsx";
import { Foreign, None } from "@/ui/text.tsx";

import { loadMail } from "../queries.ts";
import { MailBadge } from "../words.tsx";

export const metadata: Metadata = { title: "Mail as sent" };

export default async function MailAsSentPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ part?: string }>;
}) {
  const mail = await loadMail((await params).id);
  const format = await getFormat();
  const isHtml = (await searchParams).part === "html";
  const base = `/alerts/deliveries/${mail.id}`;
  return (
    <>
      <p className="crumb">
        <Link href="/alerts/deliveries">Mail</Link>
      </p>
      <div className="obj">
        <h1>
          <Foreign limit={160}>{mail.subject}</Foreign>
        </h1>
        <div className="facts">
          <MailBadge state={mail.state} />
          <span>
            to <Foreign>{mail.recipient}</Foreign>
          </span>
          {mail.siteName && (
            <span>
              <Foreign>{mail.siteName}</Foreign>
            </span>
          )}
          <span>written {format.full(mail.createdAt)}</span>
        </div>
      </div>
      <div className="cols">
        <Panel
          title="As sent"
          flush
          aside={
            <nav className="seg" aria-label="Part">
              <Link href={base} scroll={false} aria-current={isHtml ? undefined : "true"}>
                Plain text
              </Link>
              <Link href={`${base}?part=html`} scroll={false} aria-current={isHtml ? "true" : undefined}>
                HTML
              </Link>
            </nav>
          }
        >
          {isHtml ? (
            <iframe className="mail-frame" title="The HTML part of this mail" sandbox="" src={`${base}/html`} />
          ) : (
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
            <pre className="code border-0 whitespace-pre-wrap" tabIndex={0} aria-label="The plain text of this mail">
              {showLines(mail.textBody)}
            </pre>
          )}
        </Panel>
        <section className="panel">
          <div className="sect">
            <h2>Sending</h2>
            <dl className="kv">
              <dt>Tries</dt>
              <dd>{formatNumber(mail.tries)}</dd>
              <dt>Next try</dt>
              <dd>{mail.nextTryAt && mail.state === "deferred" ? format.dayClock(mail.nextTryAt) : <None />}</dd>
              <dt>Finished</dt>
              <dd>{mail.finishedAt ? format.full(mail.finishedAt) : <None />}</dd>
              <dt>Server said</dt>
              <dd>{mail.lastResponse ? <Foreign limit={400}>{mail.lastResponse}</Foreign> : <None />}</dd>
              <dt>Message-ID</dt>
              <dd className="mono">
                <Foreign limit={120}>{mail.messageId}</Foreign>
              </dd>
            </dl>
            {mail.state === "mailbox" && (
              <p className="meta mt-2">It stays here because FIELDSEAL_SMTP_URL is not set.</p>
            )}
          </div>
        </section>
      </div>
    </>
  );
}

const showLines = (text: string) =>
  text
    .split("\n")
    .map((line) => showHidden(line.replace(/\r$/, "")))
    .join("\n");
