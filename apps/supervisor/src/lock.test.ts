import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 30_000 });

const HOLDER = `
  const { takeLock } = await import(${JSON.stringify(path.join(import.meta.dirname, "lock.ts"))});
  takeLock(process.argv[1]).then(
    ({ wasLeftBehind }) => console.log(wasLeftBehind ? "after a dead one" : "fresh"),
    (error) => (console.log(error.message), process.exit(1)),
  );`;

let folder = "";
let children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "fieldseal-lock-"));
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
  rmSync(folder, { recursive: true });
});

async function hold(): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", HOLDER, path.join(folder, "lock.sock")]);
  children.push(child);
  const [chunk]: Buffer[] = await once(child.stdout, "data");
  return { child, said: String(chunk).trim() };
}

test("the second is refused as long as the first lives, however it dies", async () => {
  const first = await hold();
  expect(first.said).toBe("fresh");
  expect((await hold()).said).toContain("already running");
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  expect((await hold()).said).toBe("after a dead one");
});

test("of several starts after a crash exactly one wins", async () => {
  const dead = await hold();
  dead.child.kill("SIGKILL");
  await once(dead.child, "exit");
  const all = await Promise.all([hold(), hold(), hold(), hold()]);
  expect(all.filter(({ said }) => !said.includes("already running"))).toHaveLength(1);
});
