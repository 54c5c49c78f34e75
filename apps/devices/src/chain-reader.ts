import type { AuthorityRecord, Records } from "@fieldseal/core/ports";

const cacheMs = 2_000;

/** The authorities as devices see them, read at most every two seconds. */
export function createChainReader(records: Records, now: () => number) {
  let readAt = Number.NEGATIVE_INFINITY;
  let authorities: readonly AuthorityRecord[] = [];

  async function list(): Promise<readonly AuthorityRecord[]> {
    if (now() - readAt < cacheMs) return authorities;
    try {
      authorities = await records.transaction((tx) => tx.listAuthorities());
      readAt = now();
    } catch (error) {
      if (authorities.length === 0) throw error; // cacerts stays available while the database is away (E59)
    }
    return authorities;
  }

  /** Issuing authorities newest first, then the roots (E23). */
  async function listChain(): Promise<readonly Uint8Array[]> {
    const active = (await list()).filter(({ state }) => state !== "revoked");
    const byRole = (role: AuthorityRecord["role"]) =>
      active
        .filter((authority) => authority.role === role)
        .sort((a, b) => b.notBefore.getTime() - a.notBefore.getTime());
    return [...byRole("issuing"), ...byRole("root")].map(({ certificateDer }) => certificateDer);
  }

  /** A label is the slug of a profile for devices. */
  async function hasLabel(label: string): Promise<boolean> {
    const found = await records.transaction((tx) => tx.findProfile(label));
    return found?.profile.purpose === "device";
  }

  return { listAuthorities: list, listChain, hasLabel };
}
