import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";

import { createAddDevice } from "@fieldseal/core/inventory/add-device";
import { systemRandom } from "@fieldseal/core/random";
import { createPool, createRecords } from "@fieldseal/db/stores";

import { type Bench, initialise } from "../support/device.ts";
import { startPlatform } from "../support/platform.ts";
import { makeCsr, operator } from "../support/world.ts";
import type { Row } from "./measure.ts";

const devices = 600;
const connections = 8;

/** CPU seconds that all processes of the platform and its PostgreSQL have used so far. */
function cpuOf(platformPid: number, dataDir: string): number {
  const { data } = JSON.parse(readFileSync(path.join(dataDir, "postgres.json"), "utf8")) as { data: string };
  const postmaster = readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n")[0] ?? "";
  const table = execFileSync("ps", ["-eo", "pid=,ppid=,cputimes="], { encoding: "utf8" });
  const processes = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const wanted = new Set([platformPid, Number(postmaster)]);
  for (let grew = true; grew;) {
    const before = wanted.size;
    for (const [pid = 0, parent = 0] of processes) if (wanted.has(parent)) wanted.add(pid);
    grew = wanted.size > before;
  }
  const ticks = 100; // USER_HZ
  let total = 0;
  for (const pid of wanted) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      total += (Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])) / ticks;
    } catch {
      // it ended meanwhile
    }
  }
  return total;
}

function post(bench: Bench, agent: Agent, auth: string, csr: Uint8Array): Promise<number> {
  const body = Buffer.from(csr).toString("base64");
  return new Promise((resolve, reject) => {
    const call = request(
      `${bench.platform.estUrl}/simpleenroll`,
      { method: "POST", agent, auth, headers: { "Content-Type": "application/pkcs10", "Content-Length": body.length } },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode ?? 0));
      },
    );
    call.on("error", reject);
    call.end(body);
  });
}

/** First enrolments over kept connections, record first, signer process, durable PostgreSQL: everybody's CPU counted. */
export async function benchEnrolment(limit: number): Promise<Row[]> {
  const bench: Bench = {
    platform: await startPlatform(),
    folder: mkdtempSync(path.join(tmpdir(), "fieldseal-bench-")),
  };
  try {
    await initialise(bench);
    const pool = createPool(bench.platform.databaseUrl);
    const addDevice = createAddDevice({ records: createRecords(pool), random: systemRandom });
    const work: { auth: string; csr: Uint8Array }[] = [];
    for (let i = 0; i < devices; i++) {
      const { deviceId, enrollmentToken } = await addDevice({
        actor: operator,
        deviceId: `bench-${i}`,
        siteName: "Bench",
      });
      work.push({ auth: `${deviceId}:${enrollmentToken}`, csr: makeCsr(deviceId) });
    }
    await pool.end();
    const agent = new Agent({
      keepAlive: true,
      maxSockets: connections,
      ca: readFileSync(path.join(bench.folder, "root.pem")),
    });
    const run = async (share: typeof work) => {
      const queue = [...share];
      await Promise.all(
        Array.from({ length: connections }, async () => {
          for (let next = queue.pop(); next; next = queue.pop()) {
            const status = await post(bench, agent, next.auth, next.csr);
            if (status !== 200) throw new Error(`an enrolment was answered ${status}`);
          }
        }),
      );
    };
    await run(work.slice(0, 100)); // warms up
    const before = cpuOf(bench.platform.pid, bench.platform.dataDir);
    const started = performance.now();
    await run(work.slice(100));
    const seconds = (performance.now() - started) / 1000;
    const cpu = cpuOf(bench.platform.pid, bench.platform.dataDir) - before;
    const perCore = (devices - 100) / cpu;
    agent.destroy();
    const value = `${perCore.toFixed(0)}/s per core, ${((devices - 100) / seconds).toFixed(0)}/s here`;
    return [
      {
        id: "P3",
        work: "EST enrolment, kept connections, all CPU",
        value,
        beside: "L",
        ratio: perCore / limit,
        floor: 0.08,
        goal: 0.16,
      },
    ];
  } finally {
    await bench.platform.stop();
    rmSync(bench.folder, { recursive: true, force: true });
  }
}
