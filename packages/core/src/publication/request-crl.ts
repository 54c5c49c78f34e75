import { type Actor, assertMay } from "../actor.ts";
import { DomainError } from "../errors.ts";
import type { Records } from "../ports.ts";

/** Asks the worker to publish a new list now, whether or not one is due. */
export function createRequestCrl({ records }: { records: Records }) {
  return ({ actor, authorityId }: { actor: Actor; authorityId: string }) =>
    records.transaction(async (tx) => {
      assertMay(actor, "crl.publish");
      const authority = await tx.findAuthority(authorityId);
      if (!authority) throw new DomainError("authority-unknown", `There is no authority ${authorityId}.`);
      if (authority.keyCustody === "sealed")
        throw new DomainError(
          "authority-sealed",
          `${authority.name} is sealed. Run \`npx fieldseal crl publish ${authorityId} --root-passphrase-file FILE\`.`,
        );
      await tx.requestCrl(authorityId);
      await tx.notifyCrlNeeded(authorityId);
      await tx.appendAudit({
        actor,
        action: "crl.request",
        targetKind: "authority",
        targetId: authorityId,
        outcome: "done",
      });
    });
}
