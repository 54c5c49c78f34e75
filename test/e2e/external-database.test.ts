import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type DebianPostgres, startDebianPostgres } from "../support/debian-postgres.ts";
import { addDevice, enrol, initialise, makeRequest, serialOf } from "../support/device.ts";
import { startPlatform, until } from "../support/platform.ts";

/** Issue 2, point 1: `DATABASE_URL` switches to an external PostgreSQL (15 or newer). */
let external: DebianPostgres;
let admin: pg.Client;
beforeAll(async () => {
  external = await startDebianPostgres();
  admin = new pg.Client({ connectionString: external.url() });
  await admin.connect();
}, 60_000);
afterAll(async () => {
  await admin.end();
  await external.stop();
});

/** A database and the role that owns it, as a plant's database team hands them out. */
async function createDatabase(name: string, attributes: string): Promise<string> {
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'secret' ${attributes}`);
  await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
  return external.url({ name, password: "secret" }).replace(/\/postgres$/, `/${name}`);
}

test.each([
  ["with CREATEROLE each process gets its own role", "CREATEROLE", 4],
  ["without CREATEROLE the platform says so and works", "NOCREATEROLE", 0],
])(
  "a device lives its life on an external database: %s",
  async (_, attributes, roles) => {
    const name = attributes.toLowerCase();
    const url = await createDatabase(name, attributes);
    const platform = await startPlatform({ DATABASE_URL: url });
    const bench = { platform, folder: mkdtempSync(path.join(tmpdir(), "fieldseal-external-")) };
    try {
      if (roles === 0) await until("the warning", () => Promise.resolve(platform.output().includes("CREATEROLE")), 5);
      await initialise(bench);
      const token = await addDevice(bench, "pump-017");
      await makeRequest(bench.folder, "pump-017", "/CN=pump-017");
      expect(await enrol(bench, { device: "pump-017", token, request: "pump-017", out: "pump-017.crt" })).toMatchObject(
        { code: 0 },
      );
      const revoked = await platform.cli(
        "certificate",
        "revoke",
        await serialOf(bench.folder, "pump-017"),
        "--reason",
        "superseded",
        "--json",
      );
      expect(revoked.json()).toMatchObject({ published: true });
      const { rows } = await admin.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM pg_roles WHERE rolname LIKE $1",
        [`${name}\\_%`],
      );
      expect(rows).toEqual([{ n: roles }]);
    } finally {
      expect(await platform.stop()).toBe(0);
    }
  },
  90_000,
);
