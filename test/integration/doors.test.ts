import { existsSync, readFileSync, renameSync } from "node:fs";

import { DomainError } from "@fieldseal/core/errors";
import { createAddDevice } from "@fieldseal/core/inventory/add-device";
import { createChangeDeviceState } from "@fieldseal/core/inventory/change-device-state";
import { createCreateToken } from "@fieldseal/core/inventory/create-token";
import { createRevokeTokens } from "@fieldseal/core/inventory/revoke-tokens";
import { createRequestCrl } from "@fieldseal/core/publication/request-crl";
import { systemRandom } from "@fieldseal/core/random";
import { createReportStolen } from "@fieldseal/core/revocation/report-stolen";
import { createRevokeCertificate } from "@fieldseal/core/revocation/revoke-certificate";
import { createInitialize } from "@fieldseal/core/setup/initialize";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createWorld, operator, rootPassphrase, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
}, 60_000);
afterAll(() => world.close());

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  );

const claim = {
  organization: "Other",
  adminName: "X",
  adminEmail: "x@acme.example",
  adminPassword: "correct-horse-battery",
  rootPassphrase,
  hostName: null,
  publicUrl: null,
};

describe("the door of set-up, which anybody can reach", () => {
  test("once set-up is complete nobody makes the process hash a password", async () => {
    let hashed = 0;
    const initialize = createInitialize({
      ...world,
      random: systemRandom,
      hashPassword: () => {
        hashed += 1;
        return Promise.resolve("hash");
      },
    });
    for (const setupCode of [null, "", "0000-0000-0000-0000-0000", "x".repeat(10_000)])
      expect(await codeOf(initialize({ ...claim, setupCode }))).toBe("already-initialised");
    expect(hashed).toBe(0);
  });

  test("an address that mails could not reach is refused, not stored", async () => {
    const initialize = createInitialize({
      ...world,
      random: systemRandom,
      hashPassword: () => Promise.resolve("hash"),
    });
    for (const adminEmail of [
      "",
      "x",
      "x@",
      "@y",
      "a b@y.example",
      "x@y.example\r\nBcc: z@z.example",
      `${"x".repeat(300)}@y.example`,
      "jörg@y.example",
    ])
      expect(await codeOf(initialize({ ...claim, adminEmail, setupCode: null }))).toBe("email-invalid");
  });

  test("a lost key-encryption key is never replaced by a new one", async () => {
    const aside = `${world.kekFile}.aside`;
    renameSync(world.kekFile, aside);
    await expect(
      world.signer.runFirstCeremony({ ceremonyId: "8a6e0804-2bd0-4672-b79d-d97027f9071a", rootPassphrase }),
    ).rejects.toThrow("already-initialised");
    expect(existsSync(world.kekFile)).toBe(false);
    renameSync(aside, world.kekFile);
    expect(readFileSync(world.kekFile)).toHaveLength(32);
  });
});

describe("the door of registration", () => {
  const add = (patch: object, deviceId = "door-1") =>
    codeOf(
      createAddDevice({ records: world.records, random: systemRandom })({
        actor: operator,
        deviceId,
        siteName: "Plant Nord",
        ...patch,
      }),
    );

  test.each([
    ["a DNS name that is none", { dnsNames: ["a b"] }],
    ["too many names", { dnsNames: Array.from({ length: 51 }, (_, i) => `n${i}.example`) }],
    ["an address that is none", { ipAddresses: ["300.1.1.1"] }],
    ["a URI that is none", { applicationUri: "not a uri" }],
    ["an owner with a header in it", { owner: "a@b.example\r\nBcc: c@d.example" }],
    ["a description too long", { description: "x".repeat(201) }],
    ["hidden characters", { description: "pump\u202e017" }],
    ["a broker without a name", { profileSlug: "broker" }],
  ])("%s is refused and leaves nothing behind", async (_, patch) => {
    expect(await add(patch)).toBe("device-fields-invalid");
    expect(await world.query("SELECT id FROM device WHERE id = 'door-1'")).toEqual([]);
  });

  test.each(["", "-x", "a/b", "a+b", "a#b", "a b", "é", "x".repeat(65), "__proto__/", "a\u0000b"])(
    "the id %j is refused",
    async (id) => {
      expect(await add({}, id)).toBe("device-id-invalid");
    },
  );

  test("twenty at once with one id and a new site: one device, and the others are told", async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => add({ siteName: "Łódź Montaż" }, "door-2")));
    expect(results.filter((result) => result === "done")).toHaveLength(1);
    expect(results.every((result) => ["done", "device-exists", "busy"].includes(result))).toBe(true);
    expect(await world.query("SELECT count(*)::int AS n FROM enrollment_token WHERE device_id = 'door-2'")).toEqual([
      { n: 1 },
    ]);
  });
});

describe("the wrong role", () => {
  const person = (role: "auditor" | "operator" | "ca-officer", siteIds: string[] = []) =>
    ({ kind: "person", id: "p", name: "P", role, siteIds, sourceAddress: null }) as const;
  const device = { kind: "device", id: "pump-017", sourceAddress: null } as const;

  test("every change asks for the role itself, whichever door it came through, and leaves the records as they were", async () => {
    const { deviceId } = await world.newDevice("door-3");
    const count = () =>
      world.query(
        "SELECT (SELECT count(*) FROM audit_event) AS audit, (SELECT count(*) FROM device) AS devices, (SELECT state FROM device WHERE id = 'door-3') AS state",
      );
    const before = await count();
    const use = { records: world.records, random: systemRandom };
    for (const actor of [person("auditor"), person("operator", ["elsewhere"]), device]) {
      expect(await codeOf(createAddDevice(use)({ actor, deviceId: "door-4", siteName: "Plant Nord" }))).toBe(
        "actor-forbidden",
      );
      expect(await codeOf(createCreateToken(use)({ actor, deviceId }))).toBe("actor-forbidden");
      expect(await codeOf(createRevokeTokens(use)({ actor, deviceId }))).toBe("actor-forbidden");
      expect(await codeOf(createChangeDeviceState(use)({ actor, deviceId, to: "quarantined", reason: "" }))).toBe(
        "actor-forbidden",
      );
      expect(await codeOf(createReportStolen(use)({ actor, deviceId, note: null }))).toBe("actor-forbidden");
      expect(await codeOf(createRequestCrl(use)({ actor, authorityId: "issuing-g1" }))).toBe("actor-forbidden");
    }
    const [issuing] = await world.query("SELECT id FROM certificate WHERE purpose = 'authority' LIMIT 1");
    const revokeAuthority = createRevokeCertificate(use)({
      actor: person("operator"),
      certificateId: String(issuing?.["id"]),
      reason: "superseded",
      note: null,
    });
    expect(await codeOf(revokeAuthority)).toBe("actor-forbidden");
    expect(await count()).toEqual(before);
  });

  test("an authority is not revoked by a mistyped serial number, whoever asks", async () => {
    for (const { id } of await world.query("SELECT id FROM certificate WHERE purpose = 'authority'")) {
      const revoke = createRevokeCertificate(world)({
        actor: operator,
        certificateId: String(id),
        reason: "superseded",
        note: null,
      });
      expect(await codeOf(revoke)).toBe("authority-not-revocable");
    }
    expect(
      await world.query("SELECT id FROM certificate WHERE purpose = 'authority' AND revoked_at IS NOT NULL"),
    ).toEqual([]);
  });
});
