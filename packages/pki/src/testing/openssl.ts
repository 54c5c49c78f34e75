import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs the openssl program in a fresh directory that holds `files`; returns stdout and stderr together. */
export function runOpenssl(args: readonly string[], files: Readonly<Record<string, Uint8Array | string>> = {}): string {
  return withFiles(files, (cwd) => {
    const result = spawnSync("openssl", [...args], { cwd, encoding: "utf8" });
    if (result.status !== 0) throw new Error(`openssl ${args.join(" ")}: ${result.stderr}${result.stdout}`);
    return result.stdout + result.stderr;
  });
}

/** Runs openssl and returns the bytes it writes to stdout. */
export function makeWithOpenssl(
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array | string>> = {},
): Uint8Array {
  return withFiles(
    files,
    (cwd) => new Uint8Array(execFileSync("openssl", [...args], { cwd, stdio: ["ignore", "pipe", "ignore"] })),
  );
}

/** Runs openssl and returns the file `output` that it leaves behind. */
export function makeFileWithOpenssl(
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array | string>>,
  output: string,
): Uint8Array {
  return withFiles(files, (cwd) => {
    execFileSync("openssl", [...args], { cwd, stdio: "ignore" });
    return new Uint8Array(readFileSync(join(cwd, output)));
  });
}

function withFiles<T>(files: Readonly<Record<string, Uint8Array | string>>, work: (cwd: string) => T): T {
  const cwd = mkdtempSync(join(tmpdir(), "fieldseal-pki-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
    return work(cwd);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
