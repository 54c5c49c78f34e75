import "server-only";
import { DomainError, type DomainErrorCode } from "@fieldseal/core/errors";
import { systemRandom } from "@fieldseal/core/random";
import { unstable_rethrow } from "next/navigation";
import { ZodError } from "zod";

import type { ActionResult } from "./action-result.ts";

/** Where the words of the core are not enough for the person at the screen. */
const words: Partial<Record<DomainErrorCode, string>> = {
  "signer-unavailable":
    "The signer does not answer, so nothing was signed. It restarts by itself; try again in a minute.",
  "records-unavailable": "The database does not answer. Nothing was changed; try again in a minute.",
  busy: "Somebody else is changing the same thing. Try again in a few seconds.",
};

/** The one table from faults to what a form shows. Unknown faults are logged here, once. */
export async function runAction(act: () => Promise<ActionResult>): Promise<ActionResult> {
  try {
    return await act();
  } catch (error) {
    unstable_rethrow(error);
    if (error instanceof DomainError) return { status: "refused", message: words[error.code] ?? error.detail };
    if (error instanceof ZodError)
      return { status: "refused", message: error.issues.map((issue) => issue.message).join(" ") };
    const reference = Buffer.from(systemRandom.bytes(4)).toString("hex");
    console.error(`[${reference}] action failed:`, error);
    return {
      status: "refused",
      message: `This did not work and was logged under ${reference}. Check the page before trying again.`,
    };
  }
}
