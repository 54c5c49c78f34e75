import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { parseCrl, verifyCrl } from "@fieldseal/pki/crl/parse";

import { type Actor, assertMay } from "../actor.ts";
import { DomainError } from "../errors.ts";
import type { AuthorityRecord, CrlRecord, Records, SignerPort } from "../ports.ts";
import type { Random } from "../random.ts";

export type PublicationDeps = { records: Records; signer: SignerPort; random: Random };

export type CrlCause = "scheduled" | "revocation" | "manual";

/** Why a list of this authority is due at `now`, or null. Pure. */
export function decideDueCause(
  authority: Pick<AuthorityRecord, "crlIntervalSeconds">,
  publication: { thisUpdate: Date | null; unlisted: number; requested: boolean },
  now: Date,
): CrlCause | null {
  if (publication.unlisted > 0) return "revocation";
  if (publication.requested) return "manual";
  const { thisUpdate } = publication;
  if (!thisUpdate || now.getTime() - thisUpdate.getTime() >= authority.crlIntervalSeconds * 1000) return "scheduled";
  return null;
}

/** Reads back what the signer returned; a list that does not hold is never published. */
function checkCrl(der: Uint8Array, authority: AuthorityRecord, crl: CrlRecord) {
  const parsed = parseCrl(der);
  verifyCrl(parsed, parseCertificate(authority.certificateDer));
  if (parsed.number !== crl.number)
    throw new DomainError("job-failed", `The signer returned CRL ${parsed.number}, not ${crl.number}.`);
  return parsed;
}

/**
 * Makes and publishes CRL n+1 of one authority: reserve the number, sign, read back, publish, and note which
 * revocations it was the first to list. `rootPassphrase` opens a sealed authority for this one signature.
 */
export function createPublishCrl({ records, signer, random }: PublicationDeps) {
  return async (input: { actor: Actor; authorityId: string; cause: CrlCause; rootPassphrase?: string }) => {
    assertMay(input.actor, "crl.publish");
    const { authority, crl } = await records.transaction(async (tx) => {
      const locked = await tx.lockAuthority(input.authorityId);
      if (!locked) throw new DomainError("authority-unknown", `There is no authority ${input.authorityId}.`);
      if (locked.keyCustody === "sealed" && input.rootPassphrase === undefined)
        throw new DomainError("authority-sealed", `${locked.name} is sealed: its passphrase is needed for a new CRL.`);
      const reserved = await tx.reserveCrl({
        id: random.uuid(),
        authorityId: locked.id,
        cause: input.cause,
        validitySeconds: locked.crlValiditySeconds,
      });
      return { authority: locked, crl: reserved };
    });
    try {
      const der = await signer.signCrl(crl.id, input.rootPassphrase);
      const parsed = checkCrl(der, authority, crl);
      await records.transaction(async (tx) => {
        await tx.lockAuthority(authority.id); // of two publishers one is first: lists appear in the order of their numbers
        await tx.recordCrlPublished({ id: crl.id, der, entryCount: parsed.entryCount });
        const unlisted = await tx.listUnlistedSerials(authority.id);
        const listed = unlisted.filter(({ serialNumber }) => parsed.findEntry(serialNumber) !== null);
        await tx.markListed(
          listed.map(({ id }) => id),
          crl.number,
        );
        await tx.appendAudit({
          actor: input.actor,
          action: "crl.publish",
          targetKind: "crl",
          targetId: `${authority.id}#${crl.number}`,
          outcome: "done",
          detail: { cause: input.cause, entries: parsed.entryCount, nextUpdate: parsed.nextUpdate.toISOString() },
        });
      });
      return {
        authorityId: authority.id,
        number: Number(crl.number),
        entryCount: parsed.entryCount,
        nextUpdate: parsed.nextUpdate,
      };
    } catch (error) {
      const detail = error instanceof DomainError ? error.detail : String(error);
      await records.transaction((tx) => tx.recordCrlFailed(crl.id, detail.slice(0, 500))).catch(() => undefined);
      throw error;
    }
  };
}

/** Publishes every list that is due and that can be signed without a person; one failing authority stops no other. */
export function createPublishDueCrls(deps: PublicationDeps) {
  const publishCrl = createPublishCrl(deps);
  return async ({ actor, now }: { actor: Actor; now: Date }) => {
    assertMay(actor, "crl.publish");
    const authorities = await deps.records.transaction((tx) => tx.listAuthorities());
    const published: { authorityId: string; number: number }[] = [];
    const failed: { authorityId: string; detail: string }[] = [];
    for (const authority of authorities) {
      if (authority.state !== "active" || authority.keyCustody === "sealed") continue;
      const publication = await deps.records.transaction((tx) => tx.findPublication(authority.id));
      const due = decideDueCause(authority, publication, now);
      if (!due) continue;
      try {
        const { authorityId, number } = await publishCrl({ actor, authorityId: authority.id, cause: due });
        published.push({ authorityId, number });
      } catch (error) {
        failed.push({ authorityId: authority.id, detail: error instanceof DomainError ? error.detail : String(error) });
      }
    }
    return { published, failed };
  };
}
