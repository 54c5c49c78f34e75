import { findRefusal } from "@fieldseal/core/actor";

import { plural } from "@/format.ts";
import { ActionDialog } from "@/ui/action-dialog.tsx";
import { Foreign } from "@/ui/text.tsx";

import { changeState, createToken, reportStolen } from "../actions.ts";
import type { DeviceView } from "./queries.ts";

type Props = { view: DeviceView; triggerClass?: string; isPrimary?: boolean };

function Reason({ label, isRequired = true, name = "reason" }: { label: string; isRequired?: boolean; name?: string }) {
  return (
    <label className="field">
      <span>{label}</span>
      <textarea className="input" name={name} maxLength={500} required={isRequired} rows={2} />
    </label>
  );
}

export function TokenDialog({ view, triggerClass, isPrimary }: Props) {
  const { id } = view.device;
  if (findRefusal(view.person, "token.create", view.device.siteId)) return null;
  return (
    <ActionDialog
      trigger="New one-time token"
      triggerClass={triggerClass ?? (isPrimary ? "btn primary" : "btn")}
      title={`New one-time token for ${id}`}
      submit={`Make token for ${id}`}
      action={createToken}
      values={{ deviceId: id }}
    >
      <p>
        With it <Foreign>{id}</Foreign> can ask once for a certificate, within 72 h. Unused older tokens of this device
        become void. The token is shown once, here.
      </p>
    </ActionDialog>
  );
}

export function StolenDialog({ view, triggerClass }: Props) {
  const { device, certificates } = view;
  if (findRefusal(view.person, "certificate.revoke", device.siteId) || device.state === "retired") return null;
  const live = certificates.filter(({ revokedAt, notAfter }) => !revokedAt && notAfter > view.now).length;
  return (
    <ActionDialog
      trigger="Report stolen…"
      triggerClass={triggerClass ?? "btn danger"}
      title={`Report ${device.id} stolen`}
      submit={`Report ${device.id} stolen`}
      isDanger
      action={reportStolen}
      values={{ deviceId: device.id }}
    >
      <p>This cannot be undone. It does, at once:</p>
      <ol className="numbered">
        <li>
          <span>Revoke all live certificates, key compromise</span>
          <span className="t2">{live}</span>
        </li>
        <li>
          <span>Void the unused one-time token</span>
          <span className="t2">{device.token?.state === "open" ? 1 : 0}</span>
        </li>
        <li>
          <span>Block enrolment and renewal</span>
          <span />
        </li>
        <li>
          <span>Publish the CRL now</span>
          <span />
        </li>
        <li>
          <span>Brokers: reload them and end open sessions yourself; no agent runs there</span>
          <span />
        </li>
      </ol>
      <Reason label="Note or ticket, optional" isRequired={false} name="note" />
      <p className="meta">
        Not sure yet? Close this and choose Quarantine: it blocks enrolment and renewal and can be lifted.
      </p>
    </ActionDialog>
  );
}

export function QuarantineDialog({ view, triggerClass }: Props) {
  const { device } = view;
  if (findRefusal(view.person, "device.quarantine", device.siteId) || device.state !== "active") return null;
  return (
    <ActionDialog
      trigger="Quarantine…"
      {...(triggerClass ? { triggerClass } : {})}
      title={`Quarantine ${device.id}`}
      submit={`Quarantine ${device.id}`}
      action={changeState}
      values={{ deviceId: device.id, to: "quarantined" }}
    >
      <p>
        <Foreign>{device.id}</Foreign> can then neither enrol nor renew, and unused tokens become void. Its current
        certificate stays valid, so brokers still accept it. You can lift this at any time.
      </p>
      <Reason label="Reason, for the log" />
    </ActionDialog>
  );
}

export function ReleaseDialog({ view, triggerClass }: Props) {
  const { device } = view;
  if (findRefusal(view.person, "device.quarantine", device.siteId) || device.state !== "quarantined") return null;
  return (
    <ActionDialog
      trigger="Release…"
      {...(triggerClass ? { triggerClass } : {})}
      title={`Release ${device.id}`}
      submit={`Release ${device.id}`}
      action={changeState}
      values={{ deviceId: device.id, to: "active" }}
    >
      <p>
        <Foreign>{device.id}</Foreign> may enrol and renew again.
      </p>
      <Reason label="Why is it in good hands?" />
    </ActionDialog>
  );
}

export function RetireDialog({ view, triggerClass }: Props) {
  const { device, certificates } = view;
  if (findRefusal(view.person, "certificate.revoke", device.siteId) || device.state === "retired") return null;
  const live = certificates.filter(({ state }) => !["revoked", "expired"].includes(state)).length;
  return (
    <ActionDialog
      trigger="Retire…"
      {...(triggerClass ? { triggerClass } : {})}
      title={`Retire ${device.id}`}
      submit={`Retire ${device.id}`}
      isDanger
      action={changeState}
      values={{ deviceId: device.id, to: "retired" }}
    >
      <p>
        This cannot be undone. {plural(live, "certificate")} of <Foreign>{device.id}</Foreign>{" "}
        {live === 1 ? "is" : "are"} revoked, unused tokens become void, and its id is never used again. The history
        stays.
      </p>
      <Reason label="Reason, for the log" />
    </ActionDialog>
  );
}
