"use server";

import type { ActionResult } from "@/action-result.ts";
import { getConsole } from "@/compose.ts";
import { shorten } from "@/format.ts";
import { runAction } from "@/run-action.ts";
import { requireActor } from "@/session.ts";

import { revokeInput } from "./schema.ts";

export async function revokeCertificate(_previous: ActionResult, form: FormData): Promise<ActionResult> {
  return runAction(async () => {
    const input = revokeInput.parse(Object.fromEntries(form));
    const done = await getConsole().revokeCertificate({ actor: await requireActor(), ...input });
    const message = `${shorten(done.serialNumberHex)} is recorded as revoked; its CRL is being published. This page shows when it is out.`;
    return { status: "done", message };
  });
}
