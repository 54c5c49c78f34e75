"use server";

import type { ActionResult } from "@/action-result.ts";
import { getConsole } from "@/compose.ts";
import { plural } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { runAction } from "@/run-action.ts";
import { requireActor } from "@/session.ts";

import { addDeviceInput, deviceInput, stateInput, stolenInput } from "./schema.ts";

export async function addDevice(_previous: ActionResult, form: FormData): Promise<ActionResult> {
  return runAction(async () => {
    const input = addDeviceInput.parse(Object.fromEntries(form));
    const added = await getConsole().addDevice({ actor: await requireActor(), ...input });
    const { full } = await getFormat();
    const token = { deviceId: added.deviceId, value: added.enrollmentToken, expires: full(added.expiresAt) };
    return { status: "done", message: `${added.deviceId} is registered.`, token };
  });
}

export async function createToken(_previous: ActionResult, form: FormData): Promise<ActionResult> {
  return runAction(async () => {
    const { deviceId } = deviceInput.parse(Object.fromEntries(form));
    const made = await getConsole().createToken({ actor: await requireActor(), deviceId });
    const { full } = await getFormat();
    const token = { deviceId, value: made.enrollmentToken, expires: full(made.expiresAt) };
    return { status: "done", message: "Older unused tokens of this device are void.", token, ...commandsOf(deviceId) };
  });
}

const commandsOf = (deviceId: string) => ({
  href: `/devices/${encodeURIComponent(deviceId)}?tab=commands`,
  hrefLabel: "Show commands",
});

export async function changeState(_previous: ActionResult, form: FormData): Promise<ActionResult> {
  return runAction(async () => {
    const { deviceId, to, reason } = stateInput.parse(Object.fromEntries(form));
    await getConsole().changeDeviceState({ actor: await requireActor(), deviceId, to, reason });
    const words = {
      quarantined: "is quarantined: it can neither enrol nor renew until it is released",
      active: "is active again",
      retired: "is retired: its certificates are revoked and its tokens void",
    };
    return { status: "done", message: `${deviceId} ${words[to]}.` };
  });
}

export async function reportStolen(_previous: ActionResult, form: FormData): Promise<ActionResult> {
  return runAction(async () => {
    const { deviceId, note } = stolenInput.parse(Object.fromEntries(form));
    const done = await getConsole().reportStolen({ actor: await requireActor(), deviceId, note });
    const counts = `${plural(done.revoked, "certificate")} revoked, ${plural(done.tokensVoided, "unused token")} void, enrolment blocked, CRL asked for.`;
    const brokers =
      "Whether brokers have loaded that CRL cannot be confirmed: no agent runs there. Reload them, then end open sessions.";
    return { status: "done", message: `${counts} ${brokers}` };
  });
}
