import type { CertificateRecord, Records } from "../ports.ts";

const tries = 50;
const pauseMs = 100;

/**
 * The same request is being answered by another process: waits for its certificate instead of making a second one.
 * Null when it does not come: that process gave up or died.
 */
export async function awaitIssued(
  { records, wait }: { records: Records; wait: (ms: number) => Promise<void> },
  certificate: CertificateRecord,
): Promise<{ certificateId: string; certificateDer: Uint8Array } | null> {
  let current: CertificateRecord | null = certificate;
  for (let i = 0; i < tries; i++) {
    if (current?.state === "issued" && current.der) return { certificateId: current.id, certificateDer: current.der };
    if (current?.state !== "precommit") return null;
    await wait(pauseMs);
    current = await records.transaction((tx) => tx.findCertificate(certificate.id));
  }
  return null;
}
