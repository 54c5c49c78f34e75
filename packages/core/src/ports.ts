import type { KeyAlgorithm } from "@fieldseal/pki/algorithms";
import type { CrlReason } from "@fieldseal/pki/crl/reason";
import type { LintFinding } from "@fieldseal/pki/lint/index";
import type { Profile, ProfileConfig } from "@fieldseal/pki/profile";

import type { Actor } from "./actor.ts";

/** What is recorded about a change, in the same transaction as the change. */
export type AuditEntry = {
  actor: Actor;
  action: string;
  targetKind: "device" | "certificate" | "authority" | "crl" | "token" | "installation" | "profile" | "site" | "user";
  targetId: string;
  outcome: "done" | "refused" | "failed";
  detail?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
};

export type Installation = {
  setupState: "unclaimed" | "ceremony" | "complete";
  setupCodeHash: Uint8Array | null;
  setupCodeExpiresAt: Date | null;
  organization: string | null;
  hostName: string;
  publicUrl: string;
  serialPrefix: number;
};

export type DeviceState = "active" | "quarantined" | "retired";

export type DeviceRecord = {
  id: string;
  siteId: string;
  profileSlug: string;
  state: DeviceState;
  dnsNames: readonly string[];
  ipAddresses: readonly string[];
  applicationUri: string | null;
};

export type NewDevice = Omit<DeviceRecord, "state"> & {
  description: string | null;
  owner: string | null;
  createdBy: string;
};

export type TokenRecord = {
  id: string;
  deviceId: string;
  state: "open" | "claimed" | "redeemed" | "voided";
  claimedBy: string | null;
  expiresAt: Date;
};

export type AuthorityRecord = {
  id: string;
  role: "root" | "issuing";
  name: string;
  state: "active" | "retired" | "revoked";
  parentId: string | null;
  keyCustody: "sealed" | "signer";
  keyAlgorithm: KeyAlgorithm;
  certificateDer: Uint8Array;
  subjectKeyIdentifier: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  crlValiditySeconds: number;
  crlIntervalSeconds: number;
};

export type CertificateRecord = {
  id: string;
  authorityId: string;
  serialNumberHex: string;
  purpose: "device" | "service" | "authority";
  deviceId: string | null;
  profileSlug: string;
  state: "precommit" | "issued" | "revoked" | "orphaned";
  commonName: string;
  csrSha256: Uint8Array | null;
  spkiSha256: Uint8Array;
  der: Uint8Array | null;
  notBefore: Date;
  notAfter: Date;
  precommitAt: Date;
  firstSeenAt: Date | null;
  supersededById: string | null;
  graceEndsAt: Date | null;
  revokedAt: Date | null;
  reasonCode: number | null;
};

/** A serial number with everything that will be signed under it. */
export type Reservation = {
  id: string;
  authorityId: string;
  serialNumber: Uint8Array;
  purpose: "device" | "service";
  deviceId: string | null;
  profileSlug: string;
  profileVersion: number;
  source: "est-enrol" | "est-renew" | "service";
  subject: string;
  commonName: string;
  subjectAltNames: readonly string[];
  keyAlgorithm: KeyAlgorithm;
  spkiSha256: Uint8Array;
  csrDer: Uint8Array;
  csrSha256: Uint8Array;
  tbsDer: Uint8Array;
  tbsSha256: Uint8Array;
  lint: readonly LintFinding[];
  notBefore: Date;
  notAfter: Date;
  tokenId: string | null;
  authenticatedById: string | null;
};

export type AttemptRecord = {
  deviceId: string | null;
  operation: "enrol" | "renew";
  outcome: "issued" | "repeated" | "refused";
  reasonCode: string | null;
  detail: string | null;
  sourceAddress: string | null;
  presented: string | null;
  certificateId: string | null;
};

export type CrlRecord = {
  id: string;
  authorityId: string;
  number: bigint;
  thisUpdate: Date;
  nextUpdate: Date;
};

export type InstallationPort = {
  lockInstallation(): Promise<Installation>;
  findInstallation(): Promise<Installation>;
  beginCeremony(input: {
    ceremonyId: string;
    organization: string;
    hostName: string | null;
    publicUrl: string | null;
  }): Promise<void>;
  replaceOwner(input: {
    id: string;
    accountId: string;
    name: string;
    email: string;
    passwordHash: string;
  }): Promise<void>;
};

export type DevicePort = {
  findSite(nameOrId: string): Promise<{ id: string; name: string } | null>;
  insertSite(site: { id: string; name: string }): Promise<void>;
  findDevice(id: string): Promise<DeviceRecord | null>;
  /** Row lock until the end of the transaction: one issuance or state change of a device at a time. */
  lockDevice(id: string): Promise<DeviceRecord | null>;
  insertDevice(device: NewDevice): Promise<void>;
  setDeviceState(id: string, state: DeviceState, reason: string): Promise<void>;
  /** False when the key already belongs to another device. */
  claimDeviceKey(spkiSha256: Uint8Array, deviceId: string): Promise<boolean>;
  /** The reason why this key must not be certified, or null. */
  findKeyBlock(spkiSha256: Uint8Array): Promise<string | null>;
  recordAttempt(attempt: AttemptRecord): Promise<void>;
};

export type TokenPort = {
  insertToken(token: {
    id: string;
    deviceId: string;
    tokenHash: Uint8Array;
    createdBy: string;
    lifetimeSeconds: number;
  }): Promise<Date>;
  findTokenByHash(tokenHash: Uint8Array): Promise<TokenRecord | null>;
  lockToken(id: string): Promise<TokenRecord | null>;
  claimToken(id: string, certificateId: string): Promise<void>;
  redeemToken(id: string): Promise<void>;
  voidOpenTokens(deviceId: string): Promise<number>;
};

export type ProfilePort = {
  findProfile(slug: string): Promise<{ profile: Profile; version: number } | null>;
  insertProfileVersion(config: ProfileConfig, createdBy: string): Promise<void>;
};

export type CertificatePort = {
  findCertificate(id: string): Promise<CertificateRecord | null>;
  findCertificateByDer(derSha256: Uint8Array): Promise<CertificateRecord | null>;
  listCertificatesBySerial(serialNumber: Uint8Array): Promise<CertificateRecord[]>;
  lockCertificate(id: string): Promise<CertificateRecord | null>;
  /** The newest one of this device for this very CSR that is not older than `sinceSeconds`; orphans excluded. */
  findByCsr(deviceId: string, csrSha256: Uint8Array, sinceSeconds: number): Promise<CertificateRecord | null>;
  /** Issued, not revoked, not expired, plus those being made. */
  countLiveCertificates(deviceId: string): Promise<number>;
  listLiveCertificates(deviceId: string): Promise<CertificateRecord[]>;
  reserveCertificate(reservation: Reservation): Promise<void>;
  recordIssued(id: string, der: Uint8Array): Promise<void>;
  orphanCertificate(id: string): Promise<void>;
  listStaleReservations(olderThanSeconds: number, limit: number): Promise<CertificateRecord[]>;
  supersedeCertificate(input: { id: string; successorId: string; gracePeriodSeconds: number }): Promise<void>;
  listGraceEnded(now: Date, limit: number): Promise<CertificateRecord[]>;
  revokeCertificate(input: { id: string; reason: CrlReason; by: string; note: string | null }): Promise<Date>;
  recordSeen(id: string, deviceId: string, sourceAddress: string | null): Promise<void>;
};

export type AuthorityPort = {
  findAuthority(id: string): Promise<AuthorityRecord | null>;
  listAuthorities(): Promise<AuthorityRecord[]>;
  /** The active issuing authority, newest first. */
  findIssuingAuthority(): Promise<AuthorityRecord | null>;
  lockAuthority(id: string): Promise<AuthorityRecord | null>;
  /** Newest published list, how many revocations are on no list yet, and whether somebody asked for a new one since. */
  findPublication(authorityId: string): Promise<{ thisUpdate: Date | null; unlisted: number; requested: boolean }>;
  reserveCrl(input: {
    id: string;
    authorityId: string;
    cause: "scheduled" | "revocation" | "manual";
    validitySeconds: number;
  }): Promise<CrlRecord>;
  recordCrlPublished(input: { id: string; der: Uint8Array; entryCount: number }): Promise<void>;
  recordCrlFailed(id: string, failure: string): Promise<void>;
  listUnlistedSerials(authorityId: string): Promise<{ id: string; serialNumber: Uint8Array }[]>;
  markListed(certificateIds: readonly string[], number: bigint): Promise<void>;
  /** Somebody wants a new list whether or not one is due. */
  requestCrl(authorityId: string): Promise<void>;
  /** Wakes the worker once the transaction has committed. */
  notifyCrlNeeded(authorityId: string): Promise<void>;
};

export type AuditPort = {
  /** Takes the lock of the chain until the end of the transaction: call it last. */
  appendAudit(entry: AuditEntry): Promise<void>;
  listAudit(afterSeq: bigint, limit: number): Promise<AuditRow[]>;
};

export type AuditRow = {
  seq: bigint;
  canonical: string;
  prevHash: Uint8Array;
  hash: Uint8Array;
  /** The readable columns say the same as the hashed text. */
  columnsAgree: boolean;
};

export type ClockPort = {
  /** Start of the transaction by PostgreSQL's clock, the one source of time for records. */
  now(): Promise<Date>;
};

export type Transaction = InstallationPort &
  DevicePort &
  TokenPort &
  ProfilePort &
  CertificatePort &
  AuthorityPort &
  AuditPort &
  ClockPort;

/** The records. Every method inside runs in one PostgreSQL transaction that commits when `work` resolves. */
export type Records = { transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> };

/** The door to the process that holds the CA keys. It takes ids of recorded requests, never content. */
export type SignerPort = {
  /** @throws DomainError `signer-unavailable`, `authority-sealed` */
  signCertificate(certificateId: string): Promise<Uint8Array>;
  /** `rootPassphrase` only for a sealed authority, whose key it opens for this one signature. */
  signCrl(crlId: string, rootPassphrase?: string): Promise<Uint8Array>;
  runFirstCeremony(input: { ceremonyId: string; rootPassphrase: string }): Promise<{
    rootAuthorityId: string;
    issuingAuthorityId: string;
    rootSha256Hex: string;
  }>;
};

/** A key pair that signs only the copies that are linted before the real signature. */
export type LintSigner = { signLintCopy(tbsDer: Uint8Array, issuer: AuthorityRecord): Uint8Array };
