import { DomainError } from "@fieldseal/core/errors";

import type { Job } from "../run-job.ts";

export type VerifyAuditJobDeps = { verifyAudit: () => Promise<{ verified: bigint; brokenAt: bigint | null }> };

/** A broken chain is a failed run, so that it shows wherever failed jobs show. */
export function createVerifyAuditJob({ verifyAudit }: VerifyAuditJobDeps): Job {
  return {
    name: "verify-audit",
    schedule: "7 * * * *",
    leaseSeconds: 300,
    async run() {
      const { verified, brokenAt } = await verifyAudit();
      if (brokenAt === null) return `${verified} rows verified`;
      throw new DomainError(
        "job-failed",
        `The audit chain is broken at row ${brokenAt}; ${verified} rows before it hold. Compare with a backup.`,
      );
    },
  };
}
