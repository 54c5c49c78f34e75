import { createEnrol } from "@fieldseal/core/enrolment/enrol";
import { DomainError } from "@fieldseal/core/errors";
import { createChangeDeviceState } from "@fieldseal/core/inventory/change-device-state";
import { createSweepReservations } from "@fieldseal/core/issuance/sweep-reservations";
import { createPublishDueCrls } from "@fieldseal/core/publication/publish-due-crls";
import { systemRandom } from "@fieldseal/core/random";
import { createRenew } from "@fieldseal/core/renewal/renew";
import { createRevokeCertificate } from "@fieldseal/core/revocation/revoke-certificate";
import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { parseCrl } from "@fieldseal/pki/crl/parse";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { findViolations } from "../support/invariants.ts";
import { createWorld, enrolInput, makeCsr, operator, renewInput, type World, worker } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
}, 60_000);
afterAll(async () => {
  expect(await findViolations(world.query)).toEqual([]);
  await world.close();
}, 60_000);

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "issued",
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  );

/** A signer that lets the test do something to the records between reservation and signature. */
const enrolAfter = (change: (certificateId: string) => Promise<unknown>) =>
  createEnrol(
    world.issuanceWith({
      signCertificate: async (id) => {
        await change(id);
        return world.signer.signCertificate(id);
      },
    }),
  );

describe("the signer trusts no requester", () => {
  const guardOff = async (sql: string, values: unknown[]) => {
    await world.query("ALTER TABLE certificate DISABLE TRIGGER certificate_guard");
    await world.query(sql, values);
    await world.query("ALTER TABLE certificate ENABLE TRIGGER certificate_guard");
  };

  test.each([
    [
      "altered to-be-signed bytes",
      (id: string) =>
        guardOff("UPDATE certificate SET tbs_der = set_byte(tbs_der, 40, get_byte(tbs_der, 40) # 1) WHERE id = $1", [
          id,
        ]),
    ],
    [
      "another validity",
      async (id: string) => {
        await world.query(
          "INSERT INTO profile (slug, version, config, created_by) SELECT slug, 2, jsonb_set(config, '{validityDays}', '30'), 'test' FROM profile WHERE slug = 'device'",
        );
        await world.query("UPDATE certificate SET profile_version = 2 WHERE id = $1", [id]);
      },
    ],
    [
      "another profile",
      (id: string) => world.query("UPDATE certificate SET profile_slug = 'est-server' WHERE id = $1", [id]),
    ],
    [
      "a lint that found errors",
      (id: string) => world.query(`UPDATE certificate SET lint = '[{"severity":"error"}]' WHERE id = $1`, [id]),
    ],
    [
      "a serial number without our prefix",
      (id: string) =>
        guardOff(
          "UPDATE certificate SET serial_number = set_byte(serial_number, 0, get_byte(serial_number, 0) # 1) WHERE id = $1",
          [id],
        ),
    ],
    [
      "a reservation that is too old",
      (id: string) =>
        world.query("UPDATE certificate SET precommit_at = now() - interval '6 minutes' WHERE id = $1", [id]),
    ],
    [
      "a device that is not active any more",
      (id: string) =>
        world.query(
          "UPDATE device SET state = 'quarantined' WHERE id = (SELECT device_id FROM certificate WHERE id = $1)",
          [id],
        ),
    ],
    ["a second signature under one serial number", (id: string) => world.signer.signCertificate(id)],
  ])("%s is not signed; the serial number is given up and the token works again", async (_, change) => {
    const device = await world.newDevice();
    const refused = await enrolAfter(change)(enrolInput(device, makeCsr(device.deviceId))).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(Error);
    expect(await world.query("SELECT state, der FROM certificate WHERE device_id = $1", [device.deviceId])).toEqual([
      { state: "orphaned", der: null },
    ]);
    await world.query("UPDATE device SET state = 'active' WHERE id = $1", [device.deviceId]);
    expect(await codeOf(world.enrol(enrolInput(device, makeCsr(device.deviceId))))).toBe("issued");
  });

  test("a signature with one flipped bit never leaves and is never stored", async () => {
    const device = await world.newDevice();
    const enrol = createEnrol(
      world.issuanceWith({
        signCertificate: async (id) => {
          const der = await world.signer.signCertificate(id);
          der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
          return der;
        },
      }),
    );
    expect(await codeOf(enrol(enrolInput(device, makeCsr(device.deviceId))))).not.toBe("issued");
    expect(await world.query("SELECT state FROM certificate WHERE device_id = $1", [device.deviceId])).toEqual([
      { state: "orphaned" },
    ]);
  });
});

describe("record first, sign second", () => {
  test("a signer that is down costs no token: the same request works once it is back, with one certificate", async () => {
    const device = await world.newDevice();
    const csr = makeCsr(device.deviceId);
    const down = createEnrol(
      world.issuanceWith({ signCertificate: () => Promise.reject(new DomainError("signer-unavailable", "down")) }),
    );
    expect(await codeOf(down(enrolInput(device, csr)))).toBe("signer-unavailable");
    expect(await codeOf(world.enrol(enrolInput(device, csr)))).toBe("issued");
    const rows = await world.query("SELECT state FROM certificate WHERE device_id = $1 ORDER BY precommit_at", [
      device.deviceId,
    ]);
    expect(rows).toEqual([{ state: "orphaned" }, { state: "issued" }]);
  });

  test("a reservation that a crash left behind is swept, listed on the CRL, and its token works again", async () => {
    const device = await world.newDevice();
    const csr = makeCsr(device.deviceId);
    const hanging = createEnrol(world.issuanceWith({ signCertificate: () => new Promise(() => undefined) }));
    void hanging(enrolInput(device, csr));
    const reserved = async () =>
      (
        await world.query("SELECT id, encode(serial_number, 'hex') AS serial FROM certificate WHERE device_id = $1", [
          device.deviceId,
        ])
      )[0];
    for (let i = 0; i < 100 && !(await reserved()); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    const row = await reserved();
    await world.query("UPDATE certificate SET precommit_at = now() - interval '301 s' WHERE id = $1", [row?.["id"]]);
    expect(await createSweepReservations(world)({ actor: worker, now: new Date() })).toEqual({ orphaned: 1 });
    const published = await createPublishDueCrls({ ...world, random: systemRandom })({
      actor: worker,
      now: new Date(),
    });
    expect(published.failed).toEqual([]);
    const [crl] = await world.query(
      "SELECT der FROM crl WHERE authority_id = 'issuing-g1' AND state = 'published' ORDER BY number DESC LIMIT 1",
    );
    const parsed = parseCrl(new Uint8Array(crl?.["der"] as Buffer));
    expect(parsed.findEntry(Buffer.from(String(row?.["serial"]), "hex"))).not.toBeNull();
    expect(await codeOf(world.enrol(enrolInput(device, csr)))).toBe("issued");
  });
});

describe("a process that dies between reservation and signature", () => {
  test("the same request sent again does not wait for the sweep: it gets its certificate within seconds", async () => {
    const device = await world.newDevice();
    const csr = makeCsr(device.deviceId);
    let isReserved = () => {};
    const reserved = new Promise<void>((resolve) => (isReserved = resolve));
    const dying = createEnrol(
      world.issuanceWith({
        signCertificate: () => {
          isReserved();
          return new Promise(() => undefined);
        },
      }),
    );
    void dying(enrolInput(device, csr));
    await reserved;
    const impatient = createEnrol({ ...world.issuanceWith({}), wait: () => Promise.resolve() });
    const { repeated } = await impatient(enrolInput(device, csr));
    expect(repeated).toBe(false);
    const rows = await world.query("SELECT state FROM certificate WHERE device_id = $1 ORDER BY precommit_at", [
      device.deviceId,
    ]);
    expect(rows).toEqual([{ state: "orphaned" }, { state: "issued" }]);
  });

  test("a process that is only slow finds its reservation given up and delivers nothing", async () => {
    const device = await world.newDevice();
    const csr = makeCsr(device.deviceId);
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let isReserved = () => {};
    const reserved = new Promise<void>((resolve) => (isReserved = resolve));
    const slow = createEnrol(
      world.issuanceWith({
        signCertificate: async (id) => {
          const der = await world.signer.signCertificate(id);
          isReserved();
          await held;
          return der;
        },
      }),
    );
    const first = codeOf(slow(enrolInput(device, csr)));
    await reserved;
    const impatient = createEnrol({ ...world.issuanceWith({}), wait: () => Promise.resolve() });
    expect(await codeOf(impatient(enrolInput(device, csr)))).toBe("issued");
    goOn();
    expect(await first).toBe("busy");
    expect(
      await world.query("SELECT count(*)::int AS n FROM certificate WHERE device_id = $1 AND state = 'issued'", [
        device.deviceId,
      ]),
    ).toEqual([{ n: 1 }]);
  });
});

describe("races", () => {
  test("200 different requests with one token: exactly one certificate", async () => {
    const device = await world.newDevice();
    const results = await Promise.all(
      Array.from({ length: 200 }, () => codeOf(world.enrol(enrolInput(device, makeCsr(device.deviceId))))),
    );
    expect(results.filter((result) => result === "issued")).toHaveLength(1);
    expect(new Set(results)).toEqual(new Set(["issued", "credential-invalid"]));
  });

  test("the same request 50 times at once: one certificate, the same bytes for everybody", async () => {
    const device = await world.newDevice();
    const csr = makeCsr(device.deviceId);
    const results = await Promise.all(Array.from({ length: 50 }, () => world.enrol(enrolInput(device, csr))));
    expect(new Set(results.map(({ certificateDer }) => Buffer.from(certificateDer).toString("hex"))).size).toBe(1);
    expect(
      await world.query("SELECT count(*)::int AS n FROM certificate WHERE device_id = $1", [device.deviceId]),
    ).toEqual([{ n: 1 }]);
  });

  test("revoking while it renews: either the renewal saw it, or nothing live is left behind that it authenticated", async () => {
    for (let round = 0; round < 20; round++) {
      const device = await world.newDevice();
      const { certificateDer } = await world.enrol(enrolInput(device, makeCsr(device.deviceId)));
      const serialNumberHex = Buffer.from(parseCertificate(certificateDer).serialNumber).toString("hex");
      const revoke = createRevokeCertificate(world);
      const [renewal] = await Promise.all([
        codeOf(world.renew(renewInput(certificateDer, makeCsr(device.deviceId)))),
        revoke({ actor: operator, serialNumberHex, reason: "keyCompromise", note: null }),
      ]);
      expect(["issued", "client-certificate-revoked"]).toContain(renewal);
    }
  });

  test("quarantine that comes between reservation and signature wins", async () => {
    const device = await world.newDevice();
    const { certificateDer } = await world.enrol(enrolInput(device, makeCsr(device.deviceId)));
    const quarantine = createChangeDeviceState(world);
    const renew = createRenew(
      world.issuanceWith({
        signCertificate: async (id) => {
          const der = await world.signer.signCertificate(id);
          await quarantine({ actor: operator, deviceId: device.deviceId, to: "quarantined", reason: "test" });
          return der;
        },
      }),
    );
    expect(await codeOf(renew(renewInput(certificateDer, makeCsr(device.deviceId))))).toBe("device-quarantined");
    const states = await world.query("SELECT state FROM certificate WHERE device_id = $1 ORDER BY precommit_at", [
      device.deviceId,
    ]);
    expect(states).toEqual([{ state: "issued" }, { state: "orphaned" }]);
  });
});

describe("renewal", () => {
  test("a device holds at most three live certificates, then it is told why", async () => {
    const device = await world.newDevice();
    let { certificateDer } = await world.enrol(enrolInput(device, makeCsr(device.deviceId)));
    for (let i = 0; i < 2; i++)
      ({ certificateDer } = await world.renew(renewInput(certificateDer, makeCsr(device.deviceId))));
    expect(await codeOf(world.renew(renewInput(certificateDer, makeCsr(device.deviceId))))).toBe(
      "too-many-certificates",
    );
  });

  test("an expired certificate does not renew, one of our own servers is no device, a stranger is nobody", async () => {
    const device = await world.newDevice();
    const { certificateId, certificateDer } = await world.enrol(enrolInput(device, makeCsr(device.deviceId)));
    await world.query("ALTER TABLE certificate DISABLE TRIGGER certificate_guard");
    await world.query("UPDATE certificate SET not_after = now() - interval '1 second' WHERE id = $1", [certificateId]);
    await world.query("ALTER TABLE certificate ENABLE TRIGGER certificate_guard");
    expect(await codeOf(world.renew(renewInput(certificateDer, makeCsr(device.deviceId))))).toBe(
      "client-certificate-expired",
    );
    const [authority] = await world.query("SELECT certificate_der FROM authority WHERE id = 'issuing-g1'");
    expect(
      await codeOf(
        world.renew(renewInput(new Uint8Array(authority?.["certificate_der"] as Buffer), makeCsr(device.deviceId))),
      ),
    ).toBe("client-certificate-unknown");
    expect(
      await codeOf(
        world.renew({ ...renewInput(certificateDer, makeCsr(device.deviceId)), clientCertificateDer: null }),
      ),
    ).toBe("client-certificate-missing");
  });

  test("a key that was compromised is never certified again, on any device", async () => {
    const device = await world.newDevice();
    const csr = makeCsr(device.deviceId);
    const { certificateId } = await world.enrol(enrolInput(device, csr));
    await createRevokeCertificate(world)({ actor: operator, certificateId, reason: "keyCompromise", note: null });
    const { createCreateToken } = await import("@fieldseal/core/inventory/create-token");
    const { enrollmentToken } = await createCreateToken({ records: world.records, random: systemRandom })({
      actor: operator,
      deviceId: device.deviceId,
    });
    const again = codeOf(world.enrol(enrolInput({ ...device, token: enrollmentToken }, csr)));
    expect(["key-forbidden", "client-certificate-revoked"]).toContain(await again);
  });
});

describe("what set-up has fixed", () => {
  test("addresses, organisation and prefix cannot be changed afterwards, and set-up cannot be begun again", async () => {
    for (const change of [
      "setup_state = 'unclaimed'",
      "public_url = 'http://evil.example'",
      "organization = 'Other'",
      "serial_prefix = 3",
    ])
      await expect(world.query(`UPDATE installation SET ${change} WHERE id = 1`)).rejects.toThrow("set-up is complete");
  });
});
