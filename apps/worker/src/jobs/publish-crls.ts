import type { Actor } from "@fieldseal/core/actor";
import { DomainError } from "@fieldseal/core/errors";

import type { Job } from "../run-job.ts";

type PublishDueCrls = (input: { actor: Actor; now: Date }) => Promise<{
  published: readonly { authorityId: string; number: number }[];
  failed: readonly { authorityId: string; detail: string }[];
}>;

/** Every minute, and at once when a revocation says so (NOTIFY fieldseal_crl). */
export function createPublishCrlsJob({ actor, publishDueCrls }: { actor: Actor; publishDueCrls: PublishDueCrls }): Job {
  return {
    name: "publish-crls",
    schedule: "* * * * *",
    leaseSeconds: 120,
    async run({ now }) {
      const { published, failed } = await publishDueCrls({ actor, now });
      const done = published.map(({ authorityId, number }) => `${authorityId} #${number}`).join(", ");
      if (failed.length === 0) return done === "" ? "nothing due" : `published ${done}`;
      const broken = failed.map(({ authorityId, detail }) => `${authorityId}: ${detail}`).join("; ");
      throw new DomainError("job-failed", done === "" ? broken : `published ${done}; ${broken}`);
    },
  };
}
