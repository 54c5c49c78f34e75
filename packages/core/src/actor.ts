import { DomainError } from "./errors.ts";

export const roles = ["owner", "ca-officer", "security", "operator", "auditor"] as const;
export type Role = (typeof roles)[number];

/** Who asks. Every use case takes one and checks it itself; the worker and a device are actors too. */
export type Actor =
  | { kind: "person"; id: string; name: string; role: Role; siteIds: readonly string[]; sourceAddress: string | null }
  /** Somebody with the installation's own database access, at its command line. */
  | { kind: "operator"; id: string }
  | { kind: "device"; id: string; sourceAddress: string | null }
  | { kind: "system"; id: string };

export type Permission =
  | "inventory.read"
  | "audit.read"
  | "device.manage"
  | "token.create"
  | "device.quarantine"
  | "certificate.revoke"
  | "crl.publish"
  | "authority.manage"
  | "job.run"
  | "settings.manage";

/** ux.md 1.5, table "Roles". */
const granted: Record<Permission, readonly Role[]> = {
  "inventory.read": roles,
  "audit.read": ["owner", "ca-officer", "security", "auditor"],
  "device.manage": ["owner", "security", "operator"],
  "token.create": ["owner", "ca-officer", "security", "operator"],
  "device.quarantine": ["owner", "ca-officer", "security", "operator"],
  "certificate.revoke": ["owner", "ca-officer", "security", "operator"],
  "crl.publish": ["owner", "ca-officer", "security"],
  "authority.manage": ["owner", "ca-officer"],
  "job.run": ["owner", "ca-officer", "security"],
  "settings.manage": ["owner"],
};

const systemMay: readonly Permission[] = ["inventory.read", "certificate.revoke", "crl.publish", "job.run"];

const roleNames: Record<Role, string> = {
  owner: "Owner",
  "ca-officer": "CA officer",
  security: "Security",
  operator: "Operator",
  auditor: "Auditor",
};

/** The sentence that says who could, or null if the actor may. `siteId` restricts operators to their own sites. */
export function findRefusal(actor: Actor, permission: Permission, siteId?: string): string | null {
  const needs = `This needs the role ${granted[permission].map((role) => roleNames[role]).join(" or ")}`;
  if (actor.kind === "operator") return null;
  if (actor.kind === "system") return systemMay.includes(permission) ? null : needs;
  if (actor.kind === "device") return needs;
  if (!granted[permission].includes(actor.role)) return `${needs}; you are ${roleNames[actor.role]}.`;
  if (siteId !== undefined && actor.siteIds.length > 0 && !actor.siteIds.includes(siteId))
    return `This belongs to the site ${siteId}, which is not one of yours.`;
  return null;
}

/** @throws DomainError `actor-forbidden` naming the roles that may. */
export function assertMay(actor: Actor, permission: Permission, siteId?: string): void {
  const refusal = findRefusal(actor, permission, siteId);
  if (refusal) throw new DomainError("actor-forbidden", refusal);
}

/** How an actor is written into records: its kind and its stable id. */
export function actorLabel(actor: Actor): string {
  return actor.kind === "person" ? actor.id : `${actor.kind}:${actor.id}`;
}
