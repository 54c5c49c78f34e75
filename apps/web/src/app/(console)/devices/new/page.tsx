import { findRefusal } from "@fieldseal/core/actor";
import type { Metadata } from "next";

import { requirePerson } from "@/session.ts";
import { Link } from "@/ui/link.tsx";

import { AddDeviceForm } from "../add-device-form.tsx";
import { loadAddDevice } from "./queries.ts";

export const metadata: Metadata = { title: "Add device" };

export default async function NewDevicePage() {
  const person = await requirePerson();
  const refusal = findRefusal(person, "device.manage");
  return (
    <>
      <p className="crumb">
        <Link href="/devices">Devices</Link> / new
      </p>
      <h1 className="pb-3">Add device</h1>
      {refusal ? <p className="prose">{refusal}</p> : <AddDeviceForm {...await loadAddDevice()} />}
    </>
  );
}
