import type { Metadata } from "next";

import { requirePerson } from "@/session.ts";
import { AutoRefresh } from "@/ui/refresh.tsx";

import { ActivityPanels } from "./overview/activity.tsx";
import { Attention } from "./overview/attention.tsx";
import { HealthSentence } from "./overview/health-sentence.tsx";
import { SitesPanel } from "./overview/sites.tsx";
import { TrustPanel } from "./overview/trust.tsx";
import { WeeksPanel } from "./overview/weeks.tsx";

export const metadata: Metadata = { title: "Overview" };

export default async function OverviewPage() {
  await requirePerson();
  return (
    <>
      <AutoRefresh seconds={30} />
      <HealthSentence />
      <div className="grid-8-4">
        <div className="stack">
          <Attention />
          <WeeksPanel />
          <SitesPanel />
        </div>
        <div className="stack">
          <TrustPanel />
          <ActivityPanels />
        </div>
      </div>
    </>
  );
}
