"use client";

import { useActionState, useState } from "react";

import type { EnrolmentPlace } from "@/commands.ts";
import { EnrolmentKit } from "@/ui/enrolment-kit.tsx";
import { Glyph } from "@/ui/glyph.tsx";
import { Link } from "@/ui/link.tsx";

import { addDevice } from "./actions.ts";

export type ProfileChoice = { slug: string; title: string; validityDays: number; names: readonly string[] };
type Props = {
  place: EnrolmentPlace;
  sites: readonly { id: string; name: string }[];
  profiles: readonly ProfileChoice[];
  doneHref?: string;
};

const pattern = "[A-Za-z0-9]([A-Za-z0-9._:\\-]{0,62}[A-Za-z0-9])?";

export function AddDeviceForm({ place, sites, profiles, doneHref }: Props) {
  const [result, submit, isPending] = useActionState(addDevice, { status: "idle" });
  const [slug, setSlug] = useState(profiles[0]?.slug ?? "");
  const profile = profiles.find((known) => known.slug === slug);
  const asks = (field: string) => profile?.names.includes(field) ?? false;
  if (result.status === "done" && result.token)
    return (
      <>
        <p className="prose t2 mt-3 mb-4" aria-live="polite">
          {result.message} Run these lines on the device. The key is made there and never leaves it.
        </p>
        <EnrolmentKit token={result.token} place={place} />
        <div className="mt-4 flex flex-wrap items-center gap-2">
          <Link className="btn primary" href={doneHref ?? `/devices/${encodeURIComponent(result.token.deviceId)}`}>
            {doneHref ? "Finish" : "Open the device"}
          </Link>
          <span className="meta">The token is not shown again after you leave this page.</span>
        </div>
      </>
    );
  return (
    <form action={submit} className="form">
      <label className="field">
        <span>Device id: CN of its certificates, EST user name, MQTT user name; never changes</span>
        <input
          className="input mono"
          name="deviceId"
          required
          maxLength={64}
          pattern={pattern}
          autoComplete="off"
          spellCheck={false}
          title="1 to 64 letters, digits, dots, colons, underscores or hyphens; begins and ends with a letter or digit"
        />
      </label>
      <label className="field">
        <span>Site: choose one or type a new name</span>
        <input className="input" name="siteName" required maxLength={80} list="known-sites" autoComplete="off" />
        <datalist id="known-sites">
          {sites.map((site) => (
            <option key={site.id} value={site.name}>
              {site.name}
            </option>
          ))}
        </datalist>
      </label>
      <label className="field">
        <span>Profile</span>
        <select className="input" name="profileSlug" value={slug} onChange={(event) => setSlug(event.target.value)}>
          {profiles.map((known) => (
            <option key={known.slug} value={known.slug}>
              {known.title}, {known.validityDays} d
            </option>
          ))}
        </select>
      </label>
      {asks("applicationUri") && (
        <label className="field">
          <span>ApplicationUri, exactly as the OPC UA application states it</span>
          <input
            className="input mono"
            name="applicationUri"
            required
            maxLength={255}
            placeholder="urn:plant:line-4:server"
            autoComplete="off"
            spellCheck={false}
          />
        </label>
      )}
      {asks("dnsNames") && (
        <label className="field">
          <span>DNS names under which others reach it</span>
          <input
            className="input mono"
            name="dnsNames"
            maxLength={2000}
            placeholder="broker-1.plant.internal"
            autoComplete="off"
            spellCheck={false}
          />
        </label>
      )}
      {asks("ipAddresses") && (
        <label className="field">
          <span>IP addresses, optional</span>
          <input
            className="input mono"
            name="ipAddresses"
            maxLength={2000}
            placeholder="10.20.14.37"
            autoComplete="off"
            spellCheck={false}
          />
        </label>
      )}
      <label className="field">
        <span>Description, optional: where it stands</span>
        <input className="input" name="description" maxLength={200} autoComplete="off" />
      </label>
      <label className="field">
        <span>Owner, optional: e-mail address of who is responsible</span>
        <input className="input" name="owner" type="email" maxLength={254} autoComplete="off" />
      </label>
      {result.status === "refused" && (
        <p className="refusal" role="alert">
          <Glyph name="expiring" />
          <span>{result.message}</span>
        </p>
      )}
      <div>
        <button type="submit" className="btn primary" disabled={isPending}>
          {isPending ? "Registering" : "Register device"}
        </button>
      </div>
    </form>
  );
}
