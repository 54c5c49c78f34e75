import { expect, test } from "vitest";

import { type Actor, assertMay, findRefusal, type Permission, type Role, roles } from "./actor.ts";

const person = (role: Role, siteIds: string[] = []): Actor => ({
  kind: "person",
  id: "u1",
  name: "U",
  role,
  siteIds,
  sourceAddress: null,
});

/** ux.md 1.5, table "Roles": which roles may do what. */
const table: Record<Permission, string> = {
  "inventory.read": "owner ca-officer security operator auditor",
  "audit.read": "owner ca-officer security auditor",
  "device.manage": "owner security operator",
  "token.create": "owner ca-officer security operator",
  "device.quarantine": "owner ca-officer security operator",
  "certificate.revoke": "owner ca-officer security operator",
  "crl.publish": "owner ca-officer security",
  "authority.manage": "owner ca-officer",
  "job.run": "owner ca-officer security",
  "settings.manage": "owner",
};

test.each(Object.entries(table) as [Permission, string][])("%s is for %s and nobody else", (permission, allowed) => {
  for (const role of roles) {
    const refusal = findRefusal(person(role), permission);
    expect({ role, isAllowed: refusal === null }).toEqual({ role, isAllowed: allowed.split(" ").includes(role) });
    if (refusal) expect(refusal).toMatch(/needs the role/);
  }
});

test("an operator with sites acts on those sites only", () => {
  expect(findRefusal(person("operator", ["nord"]), "device.manage", "nord")).toBeNull();
  expect(findRefusal(person("operator", ["nord"]), "device.manage", "sued")).toContain("not one of yours");
  expect(findRefusal(person("operator"), "device.manage", "sued")).toBeNull();
});

test("a device may nothing of this, the worker only what it does by the clock", () => {
  for (const permission of Object.keys(table) as Permission[])
    expect(findRefusal({ kind: "device", id: "pump", sourceAddress: null }, permission)).not.toBeNull();
  expect(findRefusal({ kind: "system", id: "worker" }, "certificate.revoke")).toBeNull();
  expect(() => assertMay({ kind: "system", id: "worker" }, "device.manage")).toThrow("actor-forbidden");
});
