import { findRefusal } from "@fieldseal/core/actor";

import { changeState } from "@/app/(console)/devices/actions.ts";
import { reasonWords } from "@/audit-words.ts";
import { plural } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { ActionDialog } from "@/ui/action-dialog.tsx";
import { Glyph } from "@/ui/glyph.tsx";
import { Panel } from "@/ui/panel.tsx";
import { Foreign } from "@/ui/text.tsx";

import { revokeCertificate } from "../actions.ts";
import { revocationReasons } from "../schema.ts";
import type { CertificateView } from "./queries.ts";

export function RevokeDialog({ view }: { view: CertificateView }) {
  const { certificate, person } = view;
  const name = certificate.deviceId ?? certificate.commonName;
  const refusal = findRefusal(
    person,
    certificate.deviceId ? "certificate.revoke" : "authority.manage",
    certificate.siteId ?? undefined,
  );
  if (certificate.revokedAt || certificate.recordState !== "issued")
    return (
      <button type="button" className="btn" disabled>
        {certificate.revokedAt ? "Revoked" : "Not issued"}
      </button>
    );
  if (certificate.purpose === "authority")
    return (
      <span className="meta">An authority is not revoked here; its replacement by a rollover is not offered yet.</span>
    );
  if (refusal) return <span className="meta">{refusal}</span>;
  const mayQuarantine =
    certificate.deviceId &&
    certificate.deviceState === "active" &&
    findRefusal(person, "device.quarantine", certificate.siteId ?? undefined) === null;
  return (
    <>
      {mayQuarantine && certificate.deviceId && (
        <ActionDialog
          trigger="Quarantine…"
          title={`Quarantine ${certificate.deviceId}`}
          submit={`Quarantine ${certificate.deviceId}`}
          action={changeState}
          values={{ deviceId: certificate.deviceId, to: "quarantined" }}
        >
          <p>
            It can then neither enrol nor renew; its certificate stays valid, so brokers still accept it. You can lift
            this at any time.
          </p>
          <label className="field">
            <span>Reason, for the log</span>
            <textarea className="input" name="reason" required maxLength={500} rows={2} />
          </label>
        </ActionDialog>
      )}
      <ActionDialog
        trigger="Revoke…"
        triggerClass="btn danger"
        title={`Revoke the certificate of ${name}`}
        submit={`Revoke ${certificate.serialNumberHex.slice(0, 4)}… of ${name}`}
        isDanger
        action={revokeCertificate}
        values={{ certificateId: certificate.id }}
      >
        <p>
          This cannot be undone. <Foreign>{name}</Foreign>
          {certificate.siteName && (
            <>
              {" "}
              at <Foreign>{certificate.siteName}</Foreign>
            </>
          )}{" "}
          can no longer sign in to brokers once they have loaded the next CRL; sessions that are open stay open until
          the broker ends them.
        </p>
        <label className="field">
          <span>Reason</span>
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- inside a dialog just opened; ux.md 1.6: focus starts on the reason */}
          <select className="input" name="reason" defaultValue="" required autoFocus>
            <option value="" disabled>
              Choose one
            </option>
            {revocationReasons.map(({ reason, words }) => (
              <option key={reason} value={reason}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>Note or ticket, optional</span>
          <input className="input" name="note" maxLength={500} autoComplete="off" />
        </label>
        {mayQuarantine && (
          <p className="meta">
            Not sure yet? Close this and choose Quarantine: it blocks enrolment and renewal and can be lifted.
          </p>
        )}
      </ActionDialog>
    </>
  );
}

export async function RevocationPanel({ view }: { view: CertificateView }) {
  const { certificate } = view;
  if (!certificate.revokedAt) return null;
  const format = await getFormat();
  const { listedIn } = certificate;
  const seconds = listedIn
    ? Math.max(0, Math.round((listedIn.publishedAt.getTime() - certificate.revokedAt.getTime()) / 1000))
    : 0;
  return (
    <div className="mb-4">
      <Panel
        title={listedIn ? "Revoked and published, brokers not confirmed" : "Revoked, not published yet"}
        aside={`${format.ago(certificate.revokedAt)} since the revocation`}
      >
        <ol className="steps">
          <li className="done">
            <Glyph name="check" />
            <b>Recorded</b>
            <span>
              {format.dayClock(certificate.revokedAt)} · {reasonWords[certificate.reasonCode ?? 0] ?? "unknown reason"}
            </span>
          </li>
          <li className={listedIn ? "done open" : "run open"}>
            <Glyph name={listedIn ? "check" : "in-renewal-window"} />
            <b>{listedIn ? `CRL #${listedIn.number} published` : "CRL being published"}</b>
            <span>
              {listedIn
                ? `${format.dayClock(listedIn.publishedAt)}${seconds < 3_600 ? ` · ${seconds} s later` : ""}, ${plural(listedIn.entryCount ?? 0, "entry", "entries")}`
                : "the worker was asked"}
            </span>
          </li>
          <li className="owed">
            <Glyph name="unknown" />
            <b>Brokers: cannot confirm</b>
            <span>no agent runs at the brokers; reload them, then end open sessions</span>
          </li>
        </ol>
      </Panel>
    </div>
  );
}
