import { withColons, shorten } from "@/format.ts";
import { keyWords } from "@/key-words.ts";
import { getFormat } from "@/preferences.ts";
import { CopyButton } from "@/ui/copy-button.tsx";
import { LifeBar } from "@/ui/life-bar.tsx";
import { Link } from "@/ui/link.tsx";
import { Foreign, None } from "@/ui/text.tsx";

import { renewsWords } from "../renews.ts";
import type { DeviceView } from "./queries.ts";

function CopyText({ value, what, shown = value }: { value: string; what: string; shown?: string }) {
  return (
    <span className="mono">
      <Foreign limit={48}>{shown}</Foreign> <CopyButton value={value} what={what} />
    </span>
  );
}

export async function Side({ view }: { view: DeviceView }) {
  const { device, current } = view;
  const format = await getFormat();
  const opens = current
    ? new Date(current.notAfter.getTime() - (current.notAfter.getTime() - current.notBefore.getTime()) / 3)
    : null;
  return (
    <section className="panel">
      <div className="sect">
        <h2>Current certificate</h2>
        {current && opens ? (
          <>
            <LifeBar
              from={current.notBefore}
              to={current.notAfter}
              now={format.now}
              state={current.state}
              revokedAt={current.revokedAt}
              size="wide"
            />
            <p className="life-scale">
              <span>{format.day(current.notBefore)}</span>
              <span>{format.day(opens)}</span>
              <span>{format.day(current.notAfter)}</span>
            </p>
            <dl className="kv mt-2">
              <dt>Serial</dt>
              <dd>
                <CopyText
                  value={withColons(current.serialNumberHex)}
                  what="the serial number"
                  shown={shorten(withColons(current.serialNumberHex), 11, 5)}
                />
              </dd>
              <dt>SHA-256</dt>
              <dd>
                {current.sha256Hex ? (
                  <>
                    <Link className="mono" href={`/certificates/${current.id}`}>
                      {shorten(current.sha256Hex)}
                    </Link>{" "}
                    <CopyButton value={current.sha256Hex} what="the SHA-256 fingerprint" />
                  </>
                ) : (
                  <None />
                )}
              </dd>
              <dt>Issuer</dt>
              <dd>
                <Link href={`/authorities/${current.authorityId}`}>{current.authorityId}</Link>
              </dd>
              <dt>Profile</dt>
              <dd>{current.profileSlug}</dd>
              <dt>Key</dt>
              <dd>{keyWords(current.keyAlgorithm)}</dd>
              <dt>Download</dt>
              <dd>
                {(["pem", "chain", "der"] as const).map((kind, index) => (
                  <span key={kind}>
                    {index > 0 && " · "}
                    <a href={`/certificates/${current.id}/download/${kind}`} download>
                      {{ pem: "PEM", chain: "PEM + chain", der: "DER" }[kind]}
                    </a>
                  </span>
                ))}
              </dd>
            </dl>
          </>
        ) : (
          <p className="t2">None yet.</p>
        )}
      </div>
      <div className="sect">
        <h2>How it renews</h2>
        <dl className="kv">
          <dt>Method</dt>
          <dd>
            {renewsWords({
              deviceState: device.state,
              certificateId: current?.id ?? null,
              revokedAt: current?.revokedAt ?? null,
              source: current?.source ?? null,
            }) ?? <None />}
          </dd>
          <dt>Window</dt>
          <dd>{opens ? `${opens > format.now ? "opens" : "open since"} ${format.day(opens)}, ⅓ of life` : <None />}</dd>
          <dt>Last try</dt>
          <dd>
            {device.lastAttemptAt ? (
              `${format.dayClock(device.lastAttemptAt)}${device.failedAttempts > 0 ? ", refused" : ""}`
            ) : (
              <None />
            )}
          </dd>
          <dt>Last issued</dt>
          <dd>{view.certificates[0]?.issuedAt ? format.dayClock(view.certificates[0].issuedAt) : <None />}</dd>
          <dt>Token</dt>
          <dd>
            {device.token
              ? device.token.state === "open"
                ? device.token.expiresAt > format.now
                  ? `open until ${format.dayClock(device.token.expiresAt)}`
                  : "expired unused"
                : device.token.state === "redeemed"
                  ? `used ${device.token.redeemedAt ? format.dayClock(device.token.redeemedAt) : ""}`
                  : device.token.state === "voided"
                    ? "void"
                    : "in use now"
              : "none"}
          </dd>
        </dl>
      </div>
      <div className="sect">
        <h2>Identity</h2>
        <dl className="kv">
          <dt>Device id</dt>
          <dd>
            <CopyText value={device.id} what="the device id" />
          </dd>
          <dt>Site</dt>
          <dd>
            <Link href={`/devices?q=${encodeURIComponent(`site:${device.siteId}`)}`}>
              <Foreign>{device.siteName}</Foreign>
            </Link>
          </dd>
          <dt>Description</dt>
          <dd>{device.description ? <Foreign limit={200}>{device.description}</Foreign> : <None />}</dd>
          {device.dnsNames.length > 0 && (
            <>
              <dt>DNS names</dt>
              <dd className="mono">
                {device.dnsNames.map((name) => (
                  <div key={name}>
                    <Foreign>{name}</Foreign>
                  </div>
                ))}
              </dd>
            </>
          )}
          {device.ipAddresses.length > 0 && (
            <>
              <dt>IP addresses</dt>
              <dd className="mono">{device.ipAddresses.join(", ")}</dd>
            </>
          )}
          {device.applicationUri && (
            <>
              <dt>ApplicationUri</dt>
              <dd className="mono">
                <Foreign limit={120}>{device.applicationUri}</Foreign>
              </dd>
            </>
          )}
          <dt>Hardware</dt>
          <dd>{device.hardwareSerial ? <Foreign>{device.hardwareSerial}</Foreign> : <None />}</dd>
          <dt>Owner</dt>
          <dd>{device.owner ? <Foreign>{device.owner}</Foreign> : <span className="t2">none</span>}</dd>
          <dt>Registered</dt>
          <dd>
            {format.dayClock(device.createdAt)} by <Foreign limit={32}>{device.createdBy}</Foreign>
          </dd>
        </dl>
      </div>
    </section>
  );
}
