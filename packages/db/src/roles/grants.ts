// Who may do what in the database. A process that is taken over can do no more than its row here says.

export type ProcessName = "console" | "devices" | "signer" | "worker";

/** Tables and views by their names in the database (the @@map names of prisma/schema). */
type Relation =
  | "account"
  | "attempt"
  | "audit_event"
  | "authority"
  | "authority_key"
  | "blocked_key"
  | "certificate"
  | "certificate_status"
  | "crl"
  | "device"
  | "device_key"
  | "device_status"
  | "enrollment_token"
  | "installation"
  | "job"
  | "notice"
  | "notification"
  | "process_status"
  | "profile"
  | "rate_limit"
  | "session"
  | "signing_log"
  | "site"
  | "user"
  | "verification";

type Right = "select" | "insert" | "update" | "delete";
/** A right on the whole relation, or on some columns of it: "update(state, revoked_at)". */
type Grant = Right | `${"select" | "insert" | "update"}(${string})`;

export type ProcessGrants = {
  relations: Partial<Record<Relation, readonly Grant[]>>;
  sequences: readonly string[];
  functions: readonly string[];
};
export type Grants = Record<ProcessName, ProcessGrants>;

const READ = ["select"] as const;
const ADD = ["select", "insert"] as const;
const CHANGE = ["select", "update"] as const;
const WRITE = ["select", "insert", "update"] as const;
const OWN = ["select", "insert", "update", "delete"] as const;

const VIEWS = { certificate_status: READ, device_status: READ } as const;

export const grants: Grants = {
  console: {
    relations: {
      ...VIEWS,
      attempt: READ,
      audit_event: READ,
      // asks for a CRL, changes nothing else
      authority: ["select", "update(crl_requested_at)"],
      blocked_key: READ,
      // revokes, and never issues
      certificate: ["select", "update(state, revoked_at, reason_code, revoked_by, revocation_note)"],
      crl: READ,
      device: WRITE,
      device_key: READ,
      enrollment_token: WRITE,
      installation: WRITE,
      job: READ,
      notice: READ,
      notification: READ,
      process_status: OWN,
      profile: ADD,
      signing_log: READ,
      site: WRITE,
      // the tables of the sign-in
      account: OWN,
      rate_limit: OWN,
      session: OWN,
      user: OWN,
      verification: OWN,
    },
    sequences: [],
    functions: ["audit_append"],
  },
  devices: {
    relations: {
      ...VIEWS,
      attempt: WRITE,
      authority: READ,
      blocked_key: READ,
      certificate: WRITE,
      crl: READ,
      device: CHANGE,
      device_key: ADD,
      enrollment_token: CHANGE,
      installation: READ,
      process_status: OWN,
      profile: READ,
      site: READ,
    },
    sequences: ["attempt_id_seq"],
    functions: ["audit_append"],
  },
  signer: {
    relations: {
      ...VIEWS,
      authority: ADD,
      // nobody else may even read it
      authority_key: WRITE,
      certificate: ADD,
      crl: ADD,
      device: READ,
      enrollment_token: READ,
      installation: CHANGE,
      process_status: OWN,
      profile: ADD,
      signing_log: ADD,
    },
    sequences: ["signing_log_id_seq"],
    functions: ["audit_append"],
  },
  worker: {
    relations: {
      ...VIEWS,
      // no password hashes, no tokens
      account: ["select(id, provider_id, user_id, created_at, updated_at)"],
      attempt: OWN,
      audit_event: READ,
      // the row lock that decides who makes CRL n needs a right to update something
      authority: ["select", "update(crl_requested_at)"],
      blocked_key: READ,
      certificate: CHANGE,
      crl: WRITE,
      device: CHANGE,
      device_key: READ,
      enrollment_token: CHANGE,
      installation: READ,
      job: WRITE,
      notice: WRITE,
      notification: WRITE,
      process_status: OWN,
      profile: READ,
      rate_limit: ["select", "delete"],
      // enough to throw away what has expired, not to take a session over
      session: ["select(id, user_id, created_at, expires_at)", "delete"],
      signing_log: READ,
      site: READ,
      user: READ,
    },
    sequences: ["attempt_id_seq"],
    functions: ["audit_append"],
  },
};
