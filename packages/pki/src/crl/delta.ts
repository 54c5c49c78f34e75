import { toHex } from "../hex.ts";
import type { CrlEntry } from "./entry.ts";
import { crlReasons, removeFromCRL } from "./reason.ts";

/**
 * What a delta tells to whoever holds the base or any later full list (RFC 5280 5.2.4): entries that are new or changed,
 * and `removeFromCRL` for those that were on hold and are released. `held` are entries on hold of full lists between
 * the base and now, because their holders need the release too. Other entries that are gone, having expired, are left
 * out: a delta never takes back a revocation that was not a hold.
 *
 * In the order of `current`, releases last with the date of the hold.
 */
export function decideDelta(input: {
  base: Iterable<CrlEntry>;
  current: Iterable<CrlEntry>;
  held?: Iterable<CrlEntry>;
}): CrlEntry[] {
  const before = new Map<string, CrlEntry>();
  for (const entry of input.base) before.set(toHex(entry.serialNumber), entry);
  const listed = new Set<string>();
  const delta: CrlEntry[] = [];
  for (const entry of input.current) {
    const key = toHex(entry.serialNumber);
    listed.add(key);
    const known = before.get(key);
    if (known === undefined || !isSame(known, entry)) delta.push(entry);
  }
  const released = new Map<string, CrlEntry>();
  for (const entry of [...before.values(), ...(input.held ?? [])]) {
    const key = toHex(entry.serialNumber);
    if (entry.reasonCode === crlReasons.certificateHold && !listed.has(key)) released.set(key, entry);
  }
  for (const { serialNumber, revocationDate } of released.values())
    delta.push({ serialNumber, revocationDate, reasonCode: removeFromCRL });
  return delta;
}

function isSame(a: CrlEntry, b: CrlEntry): boolean {
  return (
    (a.reasonCode ?? 0) === (b.reasonCode ?? 0) &&
    a.revocationDate.getTime() === b.revocationDate.getTime() &&
    a.invalidityDate?.getTime() === b.invalidityDate?.getTime()
  );
}
