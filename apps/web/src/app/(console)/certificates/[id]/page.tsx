import type { Metadata } from "next";

import { reasonWords } from "@/audit-words.ts";
import { shorten } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { decodeParam } from "@/route-param.ts";
import { CopyButton } from "@/ui/copy-button.tsx";
import { Link } from "@/ui/link.tsx";
import { AutoRefresh } from "@/ui/refresh.tsx";
import { CertificateBadge } from "@/ui/state-badge.tsx";
import { Foreign } from "@/ui/text.tsx";

import { Chain, CheckYourself, Decoded, Downloads, Fingerprints } from "./parts.tsx";
import { loadCertificate, type CertificateView } from "./queries.ts";
import { RevocationPanel, RevokeDialog } from "./revocation.tsx";

export const metadata: Metadata = { title: "Certificate" };

const sources: Readonly<Record<string, string>> = {
  "est-enrol": "through EST enrolment with a one-time token",
  "est-renew": "through EST re-enrolment",
  setup: "at set-up",
  service: "for our own TLS server",
};

async function Sentence({ view }: { view: CertificateView }) {
  const { certificate } = view;
  const format = await getFormat();
  const { newestCrl } = certificate;
  const isFresh = newestCrl !== null && newestCrl.nextUpdate > format.now;
  return (
    <p className="sentence">
      Issued to{" "}
      <b>
        <Foreign>{certificate.commonName}</Foreign>
      </b>
      {certificate.siteName && (
        <>
          {" "}
          at <Foreign>{certificate.siteName}</Foreign>
        </>
      )}{" "}
      by {certificate.authorityName} {sources[certificate.source] ?? ""} on{" "}
      {format.day(certificate.issuedAt ?? certificate.notBefore)}.{" "}
      {certificate.revokedAt ? (
        <>
          Revoked {format.full(certificate.revokedAt)}
          {certificate.revokedBy && (
            <>
              {" "}
              by <Foreign>{certificate.revokedBy}</Foreign>
            </>
          )}
          : {reasonWords[certificate.reasonCode ?? 0] ?? "unknown reason"}
          {certificate.revocationNote && (
            <>
              , “<Foreign limit={200}>{certificate.revocationNote}</Foreign>”
            </>
          )}
          .{" "}
          {certificate.listedIn
            ? `CRL #${certificate.listedIn.number} says so; whether brokers have loaded it cannot be confirmed.`
            : "No CRL says so yet."}
        </>
      ) : (
        <>
          {certificate.state === "superseded" ? "A newer certificate of this device is in use. " : ""}
          {certificate.notAfter <= format.now
            ? `Expired ${format.full(certificate.notAfter)}. `
            : certificate.windowOpensAt && certificate.state === "valid"
              ? `Renewal is expected from ${format.day(certificate.windowOpensAt)}. `
              : ""}
          Not revoked
          {newestCrl
            ? `; ${isFresh ? "checked against" : "cannot tell now, the newest list is out of date:"} CRL #${newestCrl.number} of ${format.dayClock(newestCrl.thisUpdate)}.`
            : "; no CRL is published yet."}
        </>
      )}
    </p>
  );
}

export default async function CertificatePage({ params }: { params: Promise<{ id: string }> }) {
  const view = await loadCertificate(decodeParam((await params).id));
  const { certificate } = view;
  return (
    <>
      {certificate.revokedAt && !certificate.listedIn && <AutoRefresh seconds={3} />}
      <p className="crumb">
        <Link href="/certificates">Certificates</Link>
      </p>
      <div className="obj pb-2!">
        <h1>
          <Foreign>{certificate.commonName}</Foreign>
        </h1>
        <div className="facts">
          <CertificateBadge state={certificate.state} />
          <span className="mono">
            {shorten(certificate.serialNumberHex)}{" "}
            <CopyButton value={certificate.serialNumberHex} what="the serial number" />
          </span>
          {certificate.deviceId && (
            <span>
              device{" "}
              <Link href={`/devices/${encodeURIComponent(certificate.deviceId)}`}>
                <Foreign>{certificate.deviceId}</Foreign>
              </Link>
            </span>
          )}
          {certificate.supersededById && (
            <span>
              followed by <Link href={`/certificates/${certificate.supersededById}`}>its successor</Link>
            </span>
          )}
        </div>
        <div className="acts">
          <RevokeDialog view={view} />
        </div>
      </div>
      <Sentence view={view} />
      <RevocationPanel view={view} />
      <div className="cols-left">
        <div className="stack">
          <Chain view={view} />
          <Fingerprints view={view} />
          <Downloads id={certificate.id} />
        </div>
        <div className="stack">
          <Decoded view={view} />
          <CheckYourself view={view} />
        </div>
      </div>
    </>
  );
}
