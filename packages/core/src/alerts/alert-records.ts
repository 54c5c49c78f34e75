import type { DeviceState } from "../ports.ts";

/** From mild to urgent. A certificate crosses each at most once. */
export const expiryStages = ["digest", "expiring", "final", "expired"] as const;
export type ExpiryStage = (typeof expiryStages)[number];

/** What decides whether somebody is told of a certificate. */
export type ExpiryFacts = {
  certificateId: string;
  deviceId: string;
  siteId: string;
  notBefore: Date;
  notAfter: Date;
  revokedAt: Date | null;
  /** A newer certificate of the same device was issued and is not revoked: it was renewed. */
  hasSuccessor: boolean;
  deviceState: DeviceState;
  noticedStages: readonly ExpiryStage[];
};

/** What the mail tells about it besides. */
export type ExpiryCandidate = ExpiryFacts & {
  serialNumberHex: string;
  authorityName: string;
  deviceDescription: string | null;
  deviceOwner: string | null;
  failedAttempts: number;
  failingSince: Date | null;
  lastFailureCode: string | null;
  lastSeenAt: Date | null;
};

export type ExpiryCursor = { notAfter: Date; certificateId: string };

export type AlertSite = { id: string; name: string; timeZone: string; contacts: readonly string[] };

/** `groupId` null: a more urgent stage was due at the same time and covers this one. */
export type NewNotice = { certificateId: string; stage: ExpiryStage; groupId: string | null };

export type NewNotification = {
  id: string;
  groupId: string;
  kind: "expiry";
  stage: ExpiryStage;
  siteId: string;
  recipient: string;
  subject: string;
  textBody: string;
  htmlBody: string;
  messageId: string;
};

export type DueNotification = {
  id: string;
  recipient: string;
  subject: string;
  textBody: string;
  htmlBody: string;
  messageId: string;
  /** This try included. */
  tries: number;
  createdAt: Date;
};

export type Delivery =
  | { state: "accepted" | "failed"; response: string }
  | { state: "deferred"; response: string; nextTryAt: Date };

export type ExpiryRecords = {
  /**
   * Certificates of devices that are issued, not renewed, and end between the two instants, oldest end first.
   * Retired devices are left out, and what was noticed as expired.
   */
  listExpiryCandidates(input: {
    endsAfter: Date;
    endsBefore: Date;
    after: ExpiryCursor | null;
    limit: number;
  }): Promise<ExpiryCandidate[]>;
  listAlertSites(siteIds: readonly string[]): Promise<AlertSite[]>;
  /** Mail addresses of the people with the role owner who may sign in. */
  listOwnerAddresses(): Promise<string[]>;
  /**
   * One transaction: stores the notices that are new, asks for the mails about exactly those, stores the mails.
   * `compose` gets the certificates whose notice with a group was stored by this call.
   */
  recordNotices(
    input: { at: Date; notices: readonly NewNotice[] },
    compose: (certificateIds: ReadonlySet<string>) => readonly NewNotification[],
  ): Promise<void>;
};

export type DeliveryRecords = {
  /** Hands out due mails; until `claimedUntil` nobody else gets them, afterwards they are due again (a crash retries). */
  claimDueNotifications(input: { at: Date; claimedUntil: Date; limit: number }): Promise<DueNotification[]>;
  /** Ignored when the mail is finished, or when somebody tried it again since `tries`. */
  recordDelivery(input: { id: string; tries: number; at: Date; delivery: Delivery }): Promise<void>;
  /** No mail server is set: everything waiting is shown on the mailbox page instead. */
  moveToMailbox(at: Date): Promise<number>;
};
