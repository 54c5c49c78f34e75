import type { Metadata } from "next";

import { countLines, writeBrokerCommands, writeEnrolCommands, writeRenewCommands } from "@/commands.ts";
import { inGroups } from "@/format.ts";
import { showHidden } from "@/hostile-text.ts";
import { getFormat } from "@/preferences.ts";
import { decodeParam } from "@/route-param.ts";
import { CodeBlock } from "@/ui/code-block.tsx";
import { Menu } from "@/ui/frame/menu.tsx";
import { Glyph } from "@/ui/glyph.tsx";
import { Link } from "@/ui/link.tsx";
import { Panel, Region } from "@/ui/panel.tsx";
import { deviceStateNames, DeviceBadge } from "@/ui/state-badge.tsx";
import { Foreign } from "@/ui/text.tsx";

import { CauseLine } from "./cause-line.tsx";
import { CertificatesTable } from "./certificates-table.tsx";
import { QuarantineDialog, RetireDialog, StolenDialog, TokenDialog } from "./dialogs.tsx";
import { eventFilters, Events, selectEvents } from "./events.tsx";
import { Lanes, ranges, type LaneRange } from "./lanes.tsx";
import { loadDevice, loadEvents, type DeviceView } from "./queries.ts";
import { Side } from "./side.tsx";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: showHidden(decodeParam((await params).id)) };
}

function Tabs({ view, tab }: { view: DeviceView; tab: string }) {
  const base = `/devices/${encodeURIComponent(view.device.id)}`;
  const tabs = [
    { id: "timeline", href: base, name: "Timeline" },
    { id: "certificates", href: `${base}?tab=certificates`, name: "Certificates", count: view.certificates.length },
    { id: "commands", href: `${base}?tab=commands`, name: "Commands" },
  ];
  return (
    <nav className="tabs" aria-label="Parts of this device">
      {tabs.map(({ id, href, name, count }) => (
        <Link key={id} href={href} scroll={false} aria-current={id === tab ? "page" : undefined}>
          {name} {count !== undefined && <span className="n">{count}</span>}
        </Link>
      ))}
    </nav>
  );
}

function Commands({ view }: { view: DeviceView }) {
  const { device, place } = view;
  const blocks = [
    { title: "First certificate", aside: "with a one-time token", value: writeEnrolCommands(device.id, place.estUrl) },
    {
      title: "Renew",
      aside: "with the current certificate and a new key",
      value: writeRenewCommands(device.id, place.estUrl),
    },
    { title: "Broker", aside: "CRL and mosquitto.conf", value: writeBrokerCommands(place.publicUrl, place.issuers) },
  ];
  return (
    <div className="stack">
      <CodeBlock
        title="root.pem"
        aside={`SHA-256 ${inGroups(place.rootSha256Hex)}`}
        value={place.rootPem}
        copyLabel="Copy file"
        isShort
      />
      {blocks.map((block) => (
        <CodeBlock key={block.title} {...block} copyLabel={`Copy ${countLines(block.value)} lines`} />
      ))}
    </div>
  );
}

function Timeline({
  view,
  range,
  filter,
}: {
  view: DeviceView;
  range: LaneRange;
  filter: (typeof eventFilters)[number];
}) {
  const base = `/devices/${encodeURIComponent(view.device.id)}`;
  return (
    <Region what="The events of this device" load={() => loadEvents(view.device.id)}>
      {(events) => (
        <div className="stack">
          {view.certificates.length > 0 && (
            <Panel
              title="Certificates"
              aside={
                <>
                  <span className="meta only-l">▾ renewed · ○ refused · hatched: renewal window</span>
                  <nav className="seg" aria-label="Time range">
                    {(Object.keys(ranges) as LaneRange[]).map((name) => (
                      <Link
                        key={name}
                        href={`${base}?range=${name}&events=${filter}`}

                        scroll={false}
                        aria-current={name === range ? "true" : undefined}
                      >
                        {{ "30d": "30 d", "1y": "1 y", all: "All" }[name]}
                      </Link>
                    ))}
                  </nav>
                </>
              }
            >
              <Lanes
                certificates={view.certificates}
                events={events}
                currentId={view.current?.id ?? null}
                range={range}
              />
            </Panel>
          )}
          <Panel
            title="Events"
            aside={
              <nav className="seg" aria-label="Kind of events">
                {eventFilters.map((name) => (
                  <Link
                    key={name}
                    href={`${base}?events=${name}&range=${range}`}

                    scroll={false}
                    aria-current={name === filter ? "true" : undefined}
                  >
                    {{ all: "All", certificate: "Certificate", failures: "Failures", people: "People" }[name]}
                  </Link>
                ))}
              </nav>
            }
          >
            <Events events={selectEvents(events, filter)} />
          </Panel>
        </div>
      )}
    </Region>
  );
}

export default async function DevicePage({ params, searchParams }: Props) {
  const [{ id }, query] = await Promise.all([params, searchParams]);
  const view = await loadDevice(decodeParam(id));
  const format = await getFormat();
  const { device, current } = view;
  const tab = query.tab === "certificates" || query.tab === "commands" ? query.tab : "timeline";
  const range = (Object.keys(ranges) as LaneRange[]).find((name) => name === query.range) ?? "1y";
  const filter = eventFilters.find((name) => name === query.events) ?? "all";
  return (
    <>
      <p className="crumb">
        <Link href="/devices">Devices</Link> /{" "}
        <Link href={`/devices?q=${encodeURIComponent(`site:${device.siteId}`)}`}>
          <Foreign>{device.siteName}</Foreign>
        </Link>
      </p>
      <div className="obj">
        <h1>
          <Foreign>{device.id}</Foreign>
        </h1>
        <div className="facts">
          <DeviceBadge deviceState={device.state} certificateState={current?.state ?? null} />
          <span>
            <Foreign>{device.siteName}</Foreign>
          </span>
          {device.state === "active" && (
            <b>{current && !device.lastSeenAt ? "Issued, never seen" : deviceStateNames.active}</b>
          )}
          {current && !current.revokedAt && (
            <span>
              {current.notAfter > format.now ? "Expires" : "Expired"} <b>{format.relative(current.notAfter)}</b> ·{" "}
              {format.day(current.notAfter)}
            </span>
          )}
          {device.lastSeenAt && (
            <span>
              Last seen <b>{format.ago(device.lastSeenAt)} ago</b>
              {device.lastSeenAddress && (
                <>
                  from <span className="mono">{device.lastSeenAddress}</span>
                </>
              )}
            </span>
          )}
        </div>
        <div className="acts">
          {device.state === "active" && <TokenDialog view={view} />}
          <StolenDialog view={view} />
          {device.state !== "retired" && (
            <Menu label="More actions" className="btn icon" summary={<Glyph name="more" />}>
              <QuarantineDialog view={view} triggerClass="item" />
              <RetireDialog view={view} triggerClass="item" />
              <Link className="item" href={`/audit?q=${encodeURIComponent(`target:${device.id}`)}&range=all`}>
                Audit log of this device
              </Link>
            </Menu>
          )}
        </div>
      </div>
      <CauseLine view={view} />
      <div className="cols">
        <div className="min-w-0">
          <Tabs view={view} tab={tab} />
          {tab === "timeline" && <Timeline view={view} range={range} filter={filter} />}
          {tab === "certificates" && (
            <Panel title="All certificates of this device">
              <CertificatesTable view={view} />
            </Panel>
          )}
          {tab === "commands" && <Commands view={view} />}
        </div>
        <Side view={view} />
      </div>
    </>
  );
}
