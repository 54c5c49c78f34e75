import { findRefusal } from "@fieldseal/core/actor";

import { formatNumber } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { requirePerson } from "@/session.ts";
import { readSituation } from "@/situation.ts";
import { Glyph } from "@/ui/glyph.tsx";
import { Link } from "@/ui/link.tsx";
import { Panel, Region } from "@/ui/panel.tsx";

import { PublishButton } from "../authorities/publish-button.tsx";

const shown = 7;

export async function Attention() {
  const format = await getFormat();
  const person = await requirePerson();
  const mayPublish = findRefusal(person, "crl.publish") === null;
  return (
    <Panel title="Needs attention" aside={`checked ${format.clockSeconds(format.now)} ${format.zoneLabel}`}>
      <Region what="What needs attention" load={readSituation}>
        {({ items, hasMailServer, fleet }) => (
          <>
            <ul className="queue">
              {items.slice(0, shown).map((item) => (
                <li key={item.title} className={item.tone}>
                  <Glyph name={item.glyph} />
                  <span className="what">
                    <b>{item.title}</b>
                    <span className="cut" title={item.detail}>
                      <bdi>{item.detail}</bdi>
                    </span>
                  </span>
                  <span className="t2 since">{item.since === "–" ? "" : `since ${item.since}`}</span>
                  {item.publish && mayPublish ? (
                    <PublishButton authorityId={item.publish} label="Publish now" isPrimary />
                  ) : (
                    <Link className="btn" href={item.href} aria-label={`Open: ${item.title}`}>
                      Open
                    </Link>
                  )}
                </li>
              ))}
            </ul>
            {items.length === 0 && (
              <div className="state">
                <p>
                  {fleet?.devices === 0 ? (
                    <>
                      No device is registered yet. <Link href="/devices/new">Add the first device</Link> to get its
                      one-time token and the commands for it.
                    </>
                  ) : (
                    `Nothing is failing. Checked ${format.clockSeconds(format.now)} ${format.zoneLabel}.`
                  )}
                </p>
              </div>
            )}
            {items.length > shown && (
              <p className="border-t border-line px-4 py-2">
                <Link href="/devices?q=state%3Aattention">
                  and {formatNumber(items.length - shown)} more groups: all devices that need a hand
                </Link>
              </p>
            )}
            {hasMailServer === false && (
              <p className="meta flex gap-2 border-t border-line px-4 py-2">
                <Glyph name="mail" />
                <span>
                  No mail server is set: warnings wait in <Link href="/alerts/deliveries">the mailbox here</Link> until
                  FIELDSEAL_SMTP_URL is.
                </span>
              </p>
            )}
          </>
        )}
      </Region>
    </Panel>
  );
}
