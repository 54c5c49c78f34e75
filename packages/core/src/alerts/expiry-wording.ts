import type { DomainErrorCode } from "../errors.ts";
import type { ExpiryCandidate, ExpiryStage } from "./alert-records.ts";
import { showDeviceText } from "./device-text.ts";
import { formatDay, formatUtc } from "./mail-time.ts";

/** What a refusal means to somebody who stands in front of the device: few words for a row, a sentence, what to do. */
type Refusal = { short: string; cause: string; fix: string };

const renewCommand = "Run the renewal command on the device (shown on its page).";
const enrolAgain = "Create an enrolment token and enrol the device again (command on its page).";

const noCertificate: Refusal = {
  short: "no client certificate",
  cause: "the device does not show its certificate when it asks.",
  fix: `${renewCommand} It must use the certificate and key that the device holds now.`,
};
const unusableCertificate = (short: string, cause: string): Refusal => ({ short, cause, fix: enrolAgain });
const unusableRequest = (short: string, cause: string): Refusal => ({
  short,
  cause,
  fix: "Correct the request on the device; its page shows the answer in full.",
});
const ourFault = (short: string, cause: string): Refusal => ({
  short,
  cause,
  fix: "Nothing to do on the device; see Authorities in the console.",
});

const refusals: Partial<Record<DomainErrorCode, Refusal>> = {
  "credential-missing": noCertificate,
  "client-certificate-missing": noCertificate,
  "credential-invalid": {
    short: "old or wrong enrolment token",
    cause: "the device sends an enrolment token that is used, expired or not its own.",
    fix: renewCommand,
  },
  "client-certificate-unknown": unusableCertificate("unknown certificate", "its certificate is not one of ours."),
  "client-certificate-expired": unusableCertificate("certificate expired", "it shows a certificate that has expired."),
  "client-certificate-revoked": unusableCertificate("certificate revoked", "it shows a certificate that is revoked."),
  "client-certificate-purpose": unusableCertificate("wrong certificate", "it shows a certificate of another purpose."),
  "csr-malformed": unusableRequest("unreadable request", "its certificate request cannot be read."),
  "csr-signature-invalid": unusableRequest("bad request signature", "the signature of its request is wrong."),
  "csr-algorithm-forbidden": unusableRequest("key type not allowed", "its profile does not allow this key type."),
  "csr-names-differ": unusableRequest("asks for other names", "it asks for names that are not its own."),
  "csr-extension-forbidden": unusableRequest("forbidden extension", "it asks for something its profile forbids."),
  "key-forbidden": unusableRequest("forbidden key", "its key is known to be weak or stolen."),
  "key-in-use": unusableRequest("key of another device", "its key belongs to another device."),
  "key-reused": unusableRequest("same key again", "it asks with its old key; its profile wants a new one."),
  "too-many-certificates": unusableRequest("too many certificates", "it holds as many certificates as it may."),
  "rate-limited": unusableRequest("asks too often", "it asks too often and is told to wait."),
  "profile-mismatch": unusableRequest("wrong address", "it asks at the address of another profile."),
  "device-quarantined": {
    short: "quarantined",
    cause: "the device is quarantined.",
    fix: "Release it from quarantine on its page, or retire it.",
  },
  "signer-unavailable": ourFault("signer was away", "the signer did not answer."),
  "records-unavailable": ourFault("records were away", "the records could not be reached."),
  "authority-sealed": ourFault("authority sealed", "the authority is sealed."),
  "authority-expiring": ourFault("authority ends", "the authority itself ends too soon."),
};

function findRefusal(code: string | null): Refusal | null {
  if (code === null) return null;
  const shown = showDeviceText(code, 32);
  const known: Refusal | undefined = Object.hasOwn(refusals, code) ? refusals[code as DomainErrorCode] : undefined;
  return known ?? { short: shown, cause: `${shown}.`, fix: "See the last answer on its page." };
}

const silentAfterMs = 7 * 86_400_000;

const isSilent = (device: ExpiryCandidate, now: Date) =>
  device.lastSeenAt !== null && now.getTime() - device.lastSeenAt.getTime() > silentAfterMs;

/** The cause in the few words that a row of a list holds. */
export function describeCauseShortly(device: ExpiryCandidate, now: Date): string {
  if (device.deviceState === "quarantined") return "quarantined";
  if (device.failedAttempts > 0) return `refused: ${findRefusal(device.lastFailureCode)?.short ?? "no reason known"}`;
  if (device.lastSeenAt === null) return "never seen";
  if (isSilent(device, now)) return `no contact since ${formatDay(device.lastSeenAt, now)}`;
  return "has not asked to renew";
}

/** The why line: what we know about why nothing renewed it. */
export function describeCause(device: ExpiryCandidate, now: Date): string {
  if (device.deviceState === "quarantined") return "The device is quarantined, so it cannot renew.";
  if (device.failedAttempts > 0) {
    const times = device.failedAttempts === 1 ? "once" : `${device.failedAttempts} times`;
    const since = device.failingSince ? ` since ${formatUtc(device.failingSince, now)}` : "";
    const refusal = findRefusal(device.lastFailureCode);
    return `Renewal refused ${times}${since}${refusal ? `: ${refusal.cause}` : "."}`;
  }
  if (device.lastSeenAt === null) return "Never seen: the device has not used this certificate with us.";
  if (isSilent(device, now)) return `No contact since ${formatUtc(device.lastSeenAt, now)}.`;
  return `The device has not asked to renew. Last contact ${formatUtc(device.lastSeenAt, now)}.`;
}

/** The fix line: what to do, for this cause at this stage. */
export function describeFix(device: ExpiryCandidate, stage: ExpiryStage, now: Date): string {
  if (device.deviceState === "quarantined") return "Release it from quarantine on its page, or retire it.";
  if (stage === "expired") return enrolAgain;
  if (device.failedAttempts > 0) return findRefusal(device.lastFailureCode)?.fix ?? renewCommand;
  if (device.lastSeenAt === null || isSilent(device, now))
    return "Check that the device is on and reaches us, then renew it. Retire it if it is gone.";
  return renewCommand;
}
