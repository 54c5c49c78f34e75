import type { DomainErrorCode } from "@fieldseal/core/errors";

export type Cause = { shown: string; fix: string; offer: "token" | "renew-command" | "trust-command" | "none" };

/** What a refusal means for the person on call, and what mends it (ux.md S3). Codes that devices never meet are absent. */
const causes: Partial<Record<DomainErrorCode, Cause>> = {
  "credential-missing": {
    shown: "the device showed neither a token nor a certificate",
    fix: "Renew with its current certificate, or give it a new one-time token.",
    offer: "renew-command",
  },
  "credential-invalid": {
    shown: "one-time token used, expired or for another device",
    fix: "Give it a new one-time token, or renew with its current certificate.",
    offer: "token",
  },
  "token-not-open": {
    shown: "one-time token already used or voided",
    fix: "Give it a new one-time token, or renew with its current certificate.",
    offer: "token",
  },
  "token-unknown": { shown: "one-time token unknown here", fix: "Give it a new one-time token.", offer: "token" },
  "client-certificate-missing": {
    shown: "the device did not present its certificate",
    fix: "Renew with --cert and --key of the current certificate.",
    offer: "renew-command",
  },
  "client-certificate-unknown": {
    shown: "the certificate it presented is not from here",
    fix: "Check which files the device uses; give it a new one-time token if they are lost.",
    offer: "token",
  },
  "client-certificate-expired": {
    shown: "its certificate had already expired when it asked",
    fix: "Renewal is no longer possible. Give it a new one-time token and enrol again.",
    offer: "token",
  },
  "client-certificate-revoked": {
    shown: "its certificate is revoked",
    fix: "If the device is in good hands again, give it a new one-time token.",
    offer: "token",
  },
  "client-certificate-purpose": {
    shown: "the certificate it presented is not for renewing",
    fix: "Renew with the device's own certificate.",
    offer: "renew-command",
  },
  "csr-malformed": {
    shown: "its request is not a readable PKCS #10",
    fix: "Check the client: it must send base64 of a DER request.",
    offer: "renew-command",
  },
  "csr-signature-invalid": {
    shown: "its request is not signed with its own key",
    fix: "Make a new key and a new request on the device.",
    offer: "renew-command",
  },
  "csr-algorithm-forbidden": {
    shown: "its key or signature algorithm is not allowed by the profile",
    fix: "Make an EC P-256 key on the device and ask again.",
    offer: "renew-command",
  },
  "csr-names-differ": {
    shown: "it asks for a name that differs from the inventory",
    fix: "Correct the name in the request; it must be the device id.",
    offer: "renew-command",
  },
  "csr-extension-forbidden": {
    shown: "its request asks for something the profile does not allow",
    fix: "Leave extensions out of the request; the profile decides them.",
    offer: "renew-command",
  },
  "key-forbidden": {
    shown: "its key is weak or on the list of blocked keys",
    fix: "Make a new key on the device.",
    offer: "renew-command",
  },
  "key-in-use": {
    shown: "its key already belongs to another device",
    fix: "Make a new key on the device. Two devices with one key means one was cloned.",
    offer: "renew-command",
  },
  "key-reused": {
    shown: "it sent the same key as before, and the profile wants a new one",
    fix: "Make a new key for every renewal.",
    offer: "renew-command",
  },
  "device-quarantined": {
    shown: "the device is quarantined",
    fix: "Release it when it may have certificates again.",
    offer: "none",
  },
  "device-retired": { shown: "the device is retired", fix: "Switch it off, or register it anew.", offer: "none" },
  "too-many-certificates": {
    shown: "it already holds as many valid certificates as it may",
    fix: "Find out why it keeps asking; revoke the certificates that are not in use.",
    offer: "none",
  },
  "rate-limited": {
    shown: "it asks too often",
    fix: "Look at its retry loop; it may ask again later by itself.",
    offer: "none",
  },
  "profile-mismatch": {
    shown: "it used the address of another profile",
    fix: "Use the enrolment address of its own profile.",
    offer: "renew-command",
  },
  "signer-unavailable": {
    shown: "our signer did not answer",
    fix: "The device is not to blame and will try again.",
    offer: "none",
  },
  "records-unavailable": {
    shown: "our database did not answer",
    fix: "The device is not to blame and will try again.",
    offer: "none",
  },
  busy: { shown: "we were busy", fix: "The device is not to blame and will try again.", offer: "none" },
};

export function findCause(code: string | null): Cause {
  const known = code ? causes[code as DomainErrorCode] : undefined;
  return (
    known ?? {
      shown: code ? `refused: ${code}` : "the reason was not recorded",
      fix: "Open its events for the answer it got.",
      offer: "none",
    }
  );
}
