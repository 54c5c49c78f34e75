import { PkiError } from "../error.ts";
import type { Profile } from "../profile.ts";

const dayMilliseconds = 86_400_000;
/** Back-dating, for devices whose clock is a little slow. */
const skewMilliseconds = 5 * 60_000;

/**
 * Whole seconds: notBefore five minutes before `now`, but not before the issuer's; notAfter `validityDays` later, but
 * not after the issuer's (protocols.md 4: validity inside the CA's).
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
  const end = Math.min(start + profile.validityDays * dayMilliseconds, floorToSecond(issuerNotAfter.getTime()));
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
