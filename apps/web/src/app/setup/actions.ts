"use server";

import { DomainError } from "@fieldseal/core/errors";

import type { ActionResult } from "@/action-result.ts";
import { getConsole } from "@/compose.ts";
import { runAction } from "@/run-action.ts";
import { assertSameOrigin } from "@/session.ts";

import { codeInput, setupInput } from "./schema.ts";

const answers = {
  wrong: "This code is wrong. It is printed where npm start runs.",
  expired: "This code has expired. npx fieldseal setup-code prints a new one.",
  complete: "This installation is already set up.",
};

export async function checkCode(input: { setupCode: string }): Promise<ActionResult> {
  return runAction(async () => {
    await assertSameOrigin();
    const verdict = await getConsole().checkSetupCode(codeInput.parse(input).setupCode);
    if (verdict !== "good") throw new DomainError("setup-code-invalid", answers[verdict]);
    return { status: "done", message: "The code is good." };
  });
}

export async function setUp(input: Record<string, string>): Promise<ActionResult> {
  return runAction(async () => {
    await assertSameOrigin();
    const fields = setupInput.parse(input);
    await getConsole().initialize({ ...fields, hostName: null, publicUrl: null });
    return { status: "done", message: "Both authorities exist." };
  });
}
