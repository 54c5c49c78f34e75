import { DomainError } from "@fieldseal/core/errors";

const windowMs = 60_000;
const maxFailures = 60;
const maxAddresses = 10_000;

/**
 * Slows guessing: an address with 60 wrong tokens within a minute waits for the rest of it. A token has 256 bits, so
 * this protects the log and the processor, not the token. Memory is bounded: the oldest address is forgotten first.
 */
export function createFailureLimiter(now: () => number) {
  const failures = new Map<string, { since: number; count: number }>();
  const current = (address: string) => {
    const known = failures.get(address);
    return known && now() - known.since < windowMs ? known : null;
  };
  return {
    assertMayTry(address: string | null): void {
      if (address !== null && (current(address)?.count ?? 0) >= maxFailures)
        throw new DomainError("rate-limited", "Too many wrong tokens from this address. Wait a minute.");
    },
    recordFailure(address: string | null): void {
      if (address === null) return;
      const known = current(address);
      failures.delete(address);
      failures.set(address, known ? { ...known, count: known.count + 1 } : { since: now(), count: 1 });
      const oldest = failures.keys().next();
      if (failures.size > maxAddresses && !oldest.done) failures.delete(oldest.value);
    },
  };
}
