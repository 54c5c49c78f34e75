"use server";

import { revalidatePath } from "next/cache";

import type { ActionResult } from "@/action-result.ts";
import { getConsole } from "@/compose.ts";
import { runAction } from "@/run-action.ts";
import { requireActor } from "@/session.ts";

import { publishInput } from "./schema.ts";

export async function publishCrl(_previous: ActionResult, form: FormData): Promise<ActionResult> {
  return runAction(async () => {
    const { authorityId } = publishInput.parse(Object.fromEntries(form));
    await getConsole().requestCrl({ actor: await requireActor(), authorityId });
    revalidatePath("/authorities");
    return { status: "done", message: "Asked. The worker publishes it within seconds." };
  });
}
