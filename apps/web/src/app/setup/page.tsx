import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { getConsole } from "@/compose.ts";
import { isSetUp } from "@/session.ts";

import { SetupWizard } from "./wizard.tsx";

export const metadata: Metadata = { title: "Set up" };

export default async function SetupPage() {
  if (await isSetUp()) redirect("/sign-in");
  const { config, reads } = getConsole();
  const installation = await reads.findInstallation();
  return (
    <SetupWizard
      isRepeat={installation?.setupState === "ceremony"}
      hostName={installation?.hostName ?? config.host}
      publicUrl={installation?.publicUrl ?? config.publicUrl}
    />
  );
}
