import { PkiError } from "../error.ts";
import type { Profile } from "../profile.ts";

const dayMilliseconds = 86_400_000;
/** Back-dating, for devices whose clock is a little slow. */
const skewMilliseconds = 5 * 60_000;

/** 99991231235959Z: no well-defined expiration date (RFC 5280 4.1.2.5). */
export const noExpiry = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Whole seconds: notBefore five minutes before `now`, but not before the issuer's; notAfter `validityDays` later, but
 * not after the issuer's (protocols.md 4: validity inside the CA's). A profile without expiry ends in the year
 * 9999, and nothing else will do for it.
 * @throws PkiError `validity-invalid` when the issuer is no longer or not yet valid
 */
export function decideValidity(input: { profile: Profile; issuerNotBefore: Date; issuerNotAfter: Date; now: Date }): {
  notBefore: Date;
  notAfter: Date;
} {
  const { profile, issuerNotBefore, issuerNotAfter, now } = input;
  if (issuerNotAfter.getTime() <= now.getTime())
    throw new PkiError("validity-invalid", "the certificate of the authority has expired");
  const start = Math.max(floorToSecond(now.getTime() - skewMilliseconds), ceilToSecond(issuerNotBefore.getTime()));
  const end = profile.hasNoExpiry
    ? noExpiry
    : Math.min(start + profile.validityDays * dayMilliseconds, floorToSecond(issuerNotAfter.getTime()));
  if (end > issuerNotAfter.getTime())
    throw new PkiError("validity-invalid", "only an authority without expiry issues certificates without expiry");
  if (start > now.getTime())
    throw new PkiError("validity-invalid", "the certificate of the authority is not valid yet");
  return { notBefore: new Date(start), notAfter: new Date(end) };
}

function floorToSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

function ceilToSecond(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000) * 1000;
}
