import { findRefusal } from "@fieldseal/core/actor";
import type { Metadata } from "next";

import { formatBytes, formatDuration, formatNumber, inGroups, withColons } from "@/format.ts";
import { keyWords } from "@/key-words.ts";
import { getFormat } from "@/preferences.ts";
import { decodeParam } from "@/route-param.ts";
import { isCrlOverdue } from "@/situation.ts";
import { CopyButton } from "@/ui/copy-button.tsx";
import { Glyph } from "@/ui/glyph.tsx";
import { LifeBar } from "@/ui/life-bar.tsx";
import { Link } from "@/ui/link.tsx";
import { Panel } from "@/ui/panel.tsx";
import { Foreign, None, Zero } from "@/ui/text.tsx";

import { crlTone, dueShare } from "../../overview/trust.tsx";
import { PublishButton } from "../publish-button.tsx";
import { loadAuthority } from "../queries.ts";

export const metadata: Metadata = { title: "Authority" };

const causes: Readonly<Record<string, string>> = {
  setup: "set-up",
  scheduled: "schedule",
  revocation: "a revocation",
  manual: "asked for",
};

export default async function AuthorityPage({ params }: { params: Promise<{ id: string }> }) {
  const { person, authority, crls, chain, publicUrl } = await loadAuthority(decodeParam((await params).id));
  const format = await getFormat();
  const { crl } = authority;
  const refusal = findRefusal(person, "crl.publish");
  const parent = chain[1];
  const overdue = crl ? isCrlOverdue(crl, format.now) : false;
  const hasRunOut = crl ? crl.nextUpdate <= format.now : false;
  const addresses = [
    { name: "CRL", url: `${publicUrl}/crl/${authority.id}.crl` },
    { name: "Certificate", url: `${publicUrl}/ca/${authority.id}.cer` },
  ];
  return (
    <>
      <p className="crumb">
        <Link href="/authorities">Authorities</Link>
      </p>
      <div className="obj">
        <h1>{authority.name}</h1>
        <div className="facts">
          <span>{authority.role === "root" ? "Root" : "Issuing"}</span>
          <b>{authority.state === "active" ? "Active" : authority.state}</b>
          <span>
            <Glyph name={authority.keyCustody === "sealed" ? "lock" : "key"} />
            {authority.keyCustody === "sealed" ? "Key sealed under the root passphrase" : "Key in the signer"}
          </span>
          <span>
            Ends <b>{format.relative(authority.notAfter)}</b> · {format.day(authority.notAfter)}
          </span>
        </div>
        {authority.role === "issuing" && authority.state === "active" && (
          <div className="acts">
            {refusal ? (
              <span className="meta">{refusal}</span>
            ) : (
              <PublishButton authorityId={authority.id} label="Publish CRL now" isPrimary={overdue} />
            )}
          </div>
        )}
      </div>
      {crl && (overdue || hasRunOut) && (
        <section className={`cause ${crlTone(crl, format.now) === "late" ? "warning" : "critical"}`}>
          <Glyph name={hasRunOut ? "expired" : "renewal-overdue"} />
          <p>
            <strong>
              {hasRunOut
                ? `CRL #${crl.number} ran out ${format.dayClock(crl.nextUpdate)}.`
                : `The CRL was due ${format.dayClock(crl.dueAt)} and was not published, ${format.left(crl.nextUpdate)} left.`}
            </strong>{" "}
            Past its date, brokers that check it refuse all {formatNumber(authority.liveCertificates)} devices of this
            issuer.
          </p>
          <div className="fix">
            <span>
              {authority.role === "root"
                ? `Fix: publish it with the root passphrase: npx fieldseal crl publish ${authority.id} --root-passphrase-file FILE`
                : "Fix: publish it now; if that does not help, look whether worker and signer run."}
            </span>
          </div>
        </section>
      )}
      <div className="cols">
        <div className="stack">
          <Panel title="Life">
            <div className="panel-body">
              <LifeBar from={authority.notBefore} to={authority.notAfter} now={format.now} size="wide" />
              <p className="life-scale">
                <span>{format.day(authority.notBefore)}</span>
                <span>{format.day(authority.notAfter)}</span>
              </p>
              <p className="meta mt-2">
                The longest certificate it can still give:{" "}
                {formatDuration(authority.notAfter.getTime() - format.now.getTime())}.
              </p>
            </div>
          </Panel>
          <Panel
            title={crl ? `CRL #${crl.number}` : "CRL"}
            aside={`checked ${format.clockSeconds(format.now)} ${format.zoneLabel}`}
          >
            {crl ? (
              <div className="panel-body">
                <LifeBar
                  from={crl.thisUpdate}
                  to={crl.nextUpdate}
                  now={format.now}
                  window={dueShare(crl)}
                  tone={crlTone(crl, format.now)}
                  size="wide"
                />
                <p className="life-scale">
                  <span>{format.dayClock(crl.thisUpdate)}</span>
                  <span>next due {format.dayClock(crl.dueAt)}</span>
                  <span>{format.dayClock(crl.nextUpdate)}</span>
                </p>
              </div>
            ) : (
              <div className="state">
                <p>No CRL is published yet. The first one comes with the set-up.</p>
              </div>
            )}
            {crls.length > 0 && (
              <div className="table-wrap">
                <table>
                  <thead>
                    <tr>
                      <th scope="col" className="num">
                        #
                      </th>
                      <th scope="col">This update</th>
                      <th scope="col">Next update</th>
                      <th scope="col">Because of</th>
                      <th scope="col" className="num">
                        Entries
                      </th>
                      <th scope="col" className="num">
                        Size
                      </th>
                      <th scope="col">Result</th>
                    </tr>
                  </thead>
                  <tbody>
                    {crls.map((list) => (
                      <tr key={list.number}>
                        <th scope="row" className="num">
                          {list.number}
                        </th>
                        <td>{format.dayClock(list.thisUpdate)}</td>
                        <td>{format.dayClock(list.nextUpdate)}</td>
                        <td className="t2">{causes[list.cause] ?? list.cause}</td>
                        <td className="num">
                          {list.entryCount === null ? (
                            <None />
                          ) : list.entryCount === 0 ? (
                            <Zero />
                          ) : (
                            formatNumber(list.entryCount)
                          )}
                        </td>
                        <td className="num t2">{list.sizeBytes === null ? <None /> : formatBytes(list.sizeBytes)}</td>
                        <td>
                          {list.state === "published" ? (
                            <span className="t2">published</span>
                          ) : (
                            <span className={list.state === "failed" ? "crit" : "t2"}>
                              {list.state} {list.failure && <Foreign>{list.failure}</Foreign>}
                            </span>
                          )}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </Panel>
        </div>
        <section className="panel">
          <div className="sect">
            <h2>Certificate</h2>
            <dl className="kv">
              <dt>Signed by</dt>
              <dd>{parent ? <Link href={`/authorities/${parent.id}`}>{parent.name}</Link> : "itself"}</dd>
              <dt>Key</dt>
              <dd>{keyWords(authority.keyAlgorithm)}</dd>
              <dt>Serial</dt>
              <dd className="mono">
                {withColons(authority.serialNumberHex)}{" "}
                <CopyButton value={withColons(authority.serialNumberHex)} what="the serial number" />
              </dd>
              <dt>SHA-256</dt>
              <dd>
                <span className="hex">{inGroups(authority.sha256Hex)}</span>
                <CopyButton value={authority.sha256Hex} what="the SHA-256 fingerprint" />
              </dd>
              <dt>Key id</dt>
              <dd className="mono">{inGroups(authority.subjectKeyIdentifierHex)}</dd>
              <dt>Download</dt>
              <dd>
                <a href={`/authorities/${authority.id}/certificate/pem`} download>
                  PEM
                </a>{" "}
                ·{" "}
                <a href={`/authorities/${authority.id}/certificate/der`} download>
                  DER
                </a>
              </dd>
            </dl>
          </div>
          <div className="sect">
            <h2>Addresses</h2>
            <p className="meta">Printed into certificates; they cannot change for those already issued.</p>
            <dl className="kv">
              {addresses.map(({ name, url }) => (
                <div key={name} className="contents">
                  <dt>{name}</dt>
                  <dd className="mono">
                    {url} <CopyButton value={url} what={`the address of the ${name}`} />
                  </dd>
                </div>
              ))}
            </dl>
          </div>
          <div className="sect">
            <h2>Use</h2>
            <dl className="kv">
              <dt>Devices on it</dt>
              <dd>
                {authority.role === "issuing" ? (
                  <Link href={`/certificates?q=${encodeURIComponent(`issuer:${authority.id}`)}`}>
                    {formatNumber(authority.liveCertificates)}
                  </Link>
                ) : (
                  "none, it signs only authorities"
                )}
              </dd>
              <dt>Last issued</dt>
              <dd>{authority.lastIssuedAt ? format.dayClock(authority.lastIssuedAt) : <None />}</dd>
              <dt>CRL</dt>
              <dd>
                every {formatDuration(authority.crlIntervalSeconds * 1000)}, valid{" "}
                {formatDuration(authority.crlValiditySeconds * 1000)}
              </dd>
            </dl>
          </div>
        </section>
      </div>
    </>
  );
}
