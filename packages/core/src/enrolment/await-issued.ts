import { DomainError } from "../errors.ts";
import type { CertificateRecord, Records } from "../ports.ts";

const tries = 60;
const pauseMs = 100;

/**
 * The same request is being answered by another process: waits for its certificate instead of making a second one.
 * @throws DomainError `busy` if it does not come
 */
export async function awaitIssued(
  { records, wait }: { records: Records; wait: (ms: number) => Promise<void> },
  certificate: CertificateRecord,
): Promise<{ certificateId: string; certificateDer: Uint8Array }> {
  let current: CertificateRecord | null = certificate;
  for (let i = 0; i < tries; i++) {
    if (current?.state === "issued" && current.der) return { certificateId: current.id, certificateDer: current.der };
    if (current?.state !== "precommit") break;
    await wait(pauseMs);
    current = await records.transaction((tx) => tx.findCertificate(certificate.id));
  }
  throw new DomainError("busy", "This request is still being answered. Send the same request again in a few seconds.");
}
