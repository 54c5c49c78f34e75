import { mkdtempSync, readFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";

import { parseCertsOnly } from "@fieldseal/pki/cms/certs-only";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Bench, initialise } from "../support/device.ts";
import { findViolations } from "../support/invariants.ts";
import { startPlatform, until } from "../support/platform.ts";
import { mustSh } from "../support/shell.ts";
import { makeCsr } from "../support/world.ts";

/**
 * Issue 2, point 1: `kill -9` of any process is noticed and it is restarted; and what a device was once given is in the
 * records, whatever died in between. The oracle is what the clients received, not what the server believes.
 */
describe("the platform survives kill -9 of each of its processes", () => {
  let bench: Bench;
  let client: pg.Pool;
  const received: Buffer[] = [];

  beforeAll(async () => {
    bench = { platform: await startPlatform(), folder: mkdtempSync(path.join(tmpdir(), "fieldseal-recovery-")) };
    await initialise(bench);
    client = new pg.Pool({ connectionString: bench.platform.databaseUrl, max: 2 });
    client.on("error", () => undefined);
  }, 90_000);
  afterAll(async () => {
    await client.end();
    expect(await bench.platform.stop()).toBe(0);
  }, 30_000);

  const post = (device: { deviceId: string; token: string }, csr: Uint8Array) =>
    new Promise<{ status: number; body: string }>((resolve) => {
      const body = Buffer.from(csr).toString("base64");
      const call = request(
        `${bench.platform.estUrl}/simpleenroll`,
        {
          method: "POST",
          agent: false,
          timeout: 15_000,
          ca: readFileSync(path.join(bench.folder, "root.pem")),
          auth: `${device.deviceId}:${device.token}`,
          headers: { "Content-Type": "application/pkcs10", "Content-Length": body.length },
        },
        (answer) => {
          let text = "";
          answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
          answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
          answer.on("error", () => resolve({ status: 0, body: "" }));
        },
      );
      call.on("timeout", () => call.destroy());
      call.on("error", () => resolve({ status: 0, body: "" }));
      call.end(body);
    });

  /** A device that tries again with the same request until it has its certificate, as real ones do. */
  const enrolStubbornly = async (device: { deviceId: string; token: string }) => {
    const csr = makeCsr(device.deviceId);
    await until(
      `a certificate for ${device.deviceId}`,
      async () => {
        const { status, body } = await post(device, csr);
        if (status === 200)
          received.push(...parseCertsOnly(Buffer.from(body, "base64")).map((der) => Buffer.from(der)));
        else if (status !== 0 && status < 500)
          throw new Error(`${device.deviceId} was refused with ${status}: ${body}`);
        return status === 200;
      },
      60,
    );
  };

  const pidOf = async (pattern: string) => {
    const found = await mustSh(`pgrep -P ${bench.platform.pid} -f '${pattern}' | head -1`, { cwd: bench.folder });
    return Number(found.trim());
  };
  const postmaster = () => {
    const { data } = JSON.parse(readFileSync(path.join(bench.platform.dataDir, "postgres.json"), "utf8")) as {
      data: string;
    };
    return Promise.resolve(Number(readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n")[0]));
  };

  test.each([
    ["signer", () => pidOf("apps/signer")],
    ["device API", () => pidOf("apps/devices")],
    ["worker", () => pidOf("apps/worker")],
    ["console", () => pidOf("apps/web")],
    ["PostgreSQL", postmaster],
  ])(
    "%s",
    async (name, findPid) => {
      const devices = [];
      for (let i = 0; i < 6; i++) {
        const deviceId = `${name.toLowerCase().replaceAll(/\W/g, "-")}-${i}`;
        const added = await until(`${deviceId} registered`, async () => {
          const result = await bench.platform.cli("device", "add", deviceId, "--site", "Plant Nord", "--json");
          return result.code === 0 ? result.json() : null;
        });
        devices.push({ deviceId, token: String(added["enrollmentToken"]) });
      }
      const running = devices.map(enrolStubbornly);
      const pid = await findPid();
      expect(pid).toBeGreaterThan(1);
      process.kill(pid, "SIGKILL");
      await Promise.all(running);
      await until(`${name} back`, async () => {
        const next = await findPid().catch(() => 0);
        return next > 1 && next !== pid;
      });
      await until("the console", () =>
        fetch(`${bench.platform.consoleUrl}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
    },
    120_000,
  );

  test("everything that a device received is in the records byte for byte, and every invariant of the CA holds", async () => {
    expect(received.length).toBeGreaterThanOrEqual(30);
    for (const der of received) {
      const { rows } = await client.query<{ state: string }>("SELECT state FROM certificate WHERE der = $1", [der]);
      expect(rows).toEqual([{ state: "issued" }]);
    }
    expect(await findViolations(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows)).toEqual([]);
    const live = await client.query<{ n: number }>(
      "SELECT device_id, count(*)::int AS n FROM certificate WHERE state = 'issued' AND device_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1",
    );
    expect(live.rows).toEqual([]);
    expect(await bench.platform.cli("audit", "verify")).toMatchObject({ code: 0 });
  });
});
