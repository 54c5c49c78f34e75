import { createPublishDueCrls } from "@fieldseal/core/publication/publish-due-crls";
import { systemRandom } from "@fieldseal/core/random";
import { createRevokeCertificate } from "@fieldseal/core/revocation/revoke-certificate";
import { parseCrl } from "@fieldseal/pki/crl/parse";
import { afterAll, beforeAll, expect, test } from "vitest";

import { findViolations } from "../support/invariants.ts";
import { createWorld, enrolInput, makeCsr, operator, type World, worker } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
}, 60_000);
afterAll(async () => {
  expect(await findViolations(world.query)).toEqual([]);
  await world.close();
}, 60_000);

const hourMs = 3_600_000;
const publishAt = (now: Date) => createPublishDueCrls({ ...world, random: systemRandom })({ actor: worker, now });
const newest = async () => {
  const [row] = await world.query(
    "SELECT der, number::int AS number, cause FROM crl WHERE authority_id = 'issuing-g1' AND state = 'published' ORDER BY number DESC LIMIT 1",
  );
  return {
    number: Number(row?.["number"]),
    cause: row?.["cause"],
    crl: parseCrl(new Uint8Array(row?.["der"] as Buffer)),
  };
};
const enrolNew = async () => {
  const device = await world.newDevice();
  const { certificateId } = await world.enrol(enrolInput(device, makeCsr(device.deviceId)));
  const [row] = await world.query("SELECT serial_number FROM certificate WHERE id = $1", [certificateId]);
  return { certificateId, serialNumber: new Uint8Array(row?.["serial_number"] as Buffer) };
};
const revoke = (certificateId: string) =>
  createRevokeCertificate(world)({ actor: operator, certificateId, reason: "superseded", note: null });

test("nothing is published before it is due, the next list after a day, and its numbers rise by one", async () => {
  const before = await newest();
  expect(await publishAt(new Date(before.crl.thisUpdate.getTime() + 23 * hourMs))).toEqual({
    published: [],
    failed: [],
  });
  const { published } = await publishAt(new Date(before.crl.thisUpdate.getTime() + 24 * hourMs));
  expect(published).toEqual([{ authorityId: "issuing-g1", number: before.number + 1 }]);
  const after = await newest();
  expect(after.cause).toBe("scheduled");
  const validityDays = (after.crl.nextUpdate.getTime() - after.crl.thisUpdate.getTime()) / (24 * hourMs);
  expect(validityDays).toBeGreaterThan(6.99);
  expect(validityDays).toBeLessThan(7.01);
});

test("the sealed root is never published by the clock, however late it is", async () => {
  const { published } = await publishAt(new Date(Date.now() + 400 * 24 * hourMs));
  expect(published.map(({ authorityId }) => authorityId)).not.toContain("root-g1");
});

test("an entry stays until it has been on one list made after its certificate expired (RFC 5280 3.3)", async () => {
  const { certificateId, serialNumber } = await enrolNew();
  await revoke(certificateId);
  await publishAt(new Date());
  expect((await newest()).crl.findEntry(serialNumber)).not.toBeNull();
  // The certificate expires between two lists: time cannot be moved, so its record is.
  await world.query("ALTER TABLE certificate DISABLE TRIGGER certificate_guard");
  await world.query(
    "UPDATE certificate SET not_after = (SELECT max(this_update) FROM crl WHERE state = 'published' AND authority_id = 'issuing-g1') WHERE id = $1",
    [certificateId],
  );
  await world.query("ALTER TABLE certificate ENABLE TRIGGER certificate_guard");
  const tomorrow = () => new Date(Date.now() + 48 * hourMs);
  await publishAt(tomorrow());
  expect((await newest()).crl.findEntry(serialNumber)).not.toBeNull();
  await world.query("UPDATE certificate SET revocation_note = 'expired long ago' WHERE id = $1", [certificateId]);
  await world.query("ALTER TABLE certificate DISABLE TRIGGER certificate_guard");
  await world.query("UPDATE certificate SET not_after = not_after - interval '1 day' WHERE id = $1", [certificateId]);
  await world.query("ALTER TABLE certificate ENABLE TRIGGER certificate_guard");
  await publishAt(tomorrow());
  expect((await newest()).crl.findEntry(serialNumber)).toBeNull();
});

test("eight workers at once make no number twice and lose no revocation", async () => {
  const revoked = await Promise.all(Array.from({ length: 8 }, enrolNew));
  await Promise.all(
    revoked.map(async ({ certificateId }) => {
      await revoke(certificateId);
      await publishAt(new Date());
    }),
  );
  await publishAt(new Date());
  const { crl } = await newest();
  for (const { serialNumber } of revoked) expect(crl.findEntry(serialNumber)).not.toBeNull();
  expect(await world.query("SELECT number FROM crl GROUP BY authority_id, number HAVING count(*) > 1")).toEqual([]);
  expect(await world.query("SELECT id FROM certificate WHERE revoked_at IS NOT NULL AND crl_number IS NULL")).toEqual(
    [],
  );
});

test("a list that the signer got wrong is not published, and the next one is tried anew", async () => {
  const before = await newest();
  const { certificateId } = await enrolNew();
  await revoke(certificateId);
  const lying = createPublishDueCrls({
    ...world,
    random: systemRandom,
    signer: {
      ...world.signer,
      signCrl: async (id) => {
        const der = await world.signer.signCrl(id);
        der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
        return der;
      },
    },
  });
  const { published, failed } = await lying({ actor: worker, now: new Date() });
  expect(published).toEqual([]);
  expect(failed).toHaveLength(1);
  expect((await newest()).number).toBe(before.number);
  expect((await publishAt(new Date())).published).toHaveLength(1);
  expect((await newest()).number).toBeGreaterThan(before.number);
});
