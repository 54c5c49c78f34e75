import { timingSafeEqual } from "node:crypto";

import type { Records } from "../ports.ts";
import { hashSetupCode } from "./initialize.ts";

/** Lets the first set-up page say at once whether the code is good; the code is checked again when it is used. */
export function createCheckSetupCode({ records }: { records: Records }) {
  return (setupCode: string): Promise<"good" | "wrong" | "expired" | "complete"> =>
    records.transaction(async (tx) => {
      const installation = await tx.findInstallation();
      if (installation.setupState === "complete") return "complete";
      const { setupCodeHash, setupCodeExpiresAt } = installation;
      if (!setupCodeHash || !timingSafeEqual(hashSetupCode(setupCode), setupCodeHash)) return "wrong";
      return setupCodeExpiresAt && setupCodeExpiresAt > (await tx.now()) ? "good" : "expired";
    });
}
