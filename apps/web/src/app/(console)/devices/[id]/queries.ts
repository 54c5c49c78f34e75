import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";

import { getConsole } from "@/compose.ts";
import { requirePerson, scopeOf } from "@/session.ts";

import { loadPlace } from "../place.ts";

export const loadDevice = cache(async (id: string) => {
  const person = await requirePerson();
  const { reads } = getConsole();
  const device = await reads.findDevice(id, scopeOf(person));
  if (!device) notFound();
  const [certificates, sameCause, place] = await Promise.all([
    reads.listDeviceCertificates(id),
    reads.countSameCause(device),
    loadPlace(),
  ]);
  const current = certificates.find((certificate) => certificate.id === device.currentCertificateId) ?? null;
  return { person, device, certificates, current, sameCause, place, now: getConsole().clock.now() };
});

export type DeviceView = Awaited<ReturnType<typeof loadDevice>>;

/** The page has asked for the device, and with it for the permission, before. */
export const loadEvents = cache((id: string) => getConsole().reads.listDeviceEvents(id));
