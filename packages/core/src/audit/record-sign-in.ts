import type { Actor } from "../actor.ts";
import type { Records } from "../ports.ts";

export type SignInEvent = {
  action: "session.sign-in" | "session.sign-out";
  outcome: "done" | "refused";
  /** Null when nobody was recognised. */
  userId: string | null;
  /** As typed; only for a refusal. */
  claimedEmail: string | null;
  sourceAddress: string | null;
};

/** Who came in, who left, and who was not let in. The sign-in's own rate limit bounds how much of it there can be. */
export function createRecordSignIn({ records }: { records: Records }) {
  return ({ action, outcome, userId, claimedEmail, sourceAddress }: SignInEvent): Promise<void> => {
    const actor: Actor =
      userId === null
        ? { kind: "system", id: "sign-in" }
        : { kind: "person", id: userId, name: "", role: "auditor", siteIds: [], sourceAddress };
    return records.transaction((tx) =>
      tx.appendAudit({
        actor,
        action,
        targetKind: "user",
        targetId: userId ?? "unknown",
        outcome,
        detail: { claimedEmail: claimedEmail?.slice(0, 100) ?? null, from: sourceAddress },
      }),
    );
  };
}
