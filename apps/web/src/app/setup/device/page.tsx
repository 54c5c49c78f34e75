import type { Metadata } from "next";

import { Link } from "@/ui/link.tsx";

import { AddDeviceForm } from "../../(console)/devices/add-device-form.tsx";
import { loadAddDevice } from "../../(console)/devices/new/queries.ts";
import { SetupFrame } from "../frame.tsx";

export const metadata: Metadata = { title: "First device" };

export default async function FirstDevicePage() {
  const props = await loadAddDevice();
  return (
    <SetupFrame step={3}>
      <h1>3 First device</h1>
      <p className="mt-1">
        Both authorities exist and the first CRLs are published. Register one device and enrol it, or{" "}
        <Link href="/">finish without a device</Link>.
      </p>
      <AddDeviceForm {...props} doneHref="/" />
    </SetupFrame>
  );
}
