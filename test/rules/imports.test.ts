import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

/** One planted offence per rule of architecture.md, "Who may import whom". Each must be found, or the lint has lost its teeth. */
const offences: { rule: string; folder: string; code: string }[] = [
  {
    rule: "pki imports no Node I/O",
    folder: "packages/pki/src",
    code: 'import { readFileSync } from "node:fs";\nexport const x = readFileSync;',
  },
  {
    rule: "pki imports nothing of ours",
    folder: "packages/pki/src",
    code: 'import { DomainError } from "@fieldseal/core/errors";\nexport const x = DomainError;',
  },
  { rule: "core imports no database", folder: "packages/core/src", code: 'import pg from "pg";\nexport const x = pg;' },
  {
    rule: "core imports no HTTP",
    folder: "packages/core/src",
    code: 'import http from "node:http";\nexport const x = http;',
  },
  { rule: "core reads no environment", folder: "packages/core/src", code: "export const x = process.env;" },
  { rule: "core asks no wall clock", folder: "packages/core/src", code: "export const x = Date.now();" },
  { rule: "core throws no dice", folder: "packages/core/src", code: "export const x = Math.random();" },
  {
    rule: "protocols import no database",
    folder: "packages/protocols/src",
    code: 'import { createPool } from "@fieldseal/db/stores";\nexport const x = createPool;',
  },
  {
    rule: "protocols import no framework",
    folder: "packages/protocols/src",
    code: 'import next from "next";\nexport const x = next;',
  },
  { rule: "db reads no environment", folder: "packages/db/src", code: "export const x = process.env;" },
  {
    rule: "only packages/pki imports @peculiar",
    folder: "packages/core/src",
    code: 'import * as x509 from "@peculiar/x509";\nexport const x = x509;',
  },
  {
    rule: "only packages/pki imports pkijs",
    folder: "apps/devices/src",
    code: 'import * as pkijs from "pkijs";\nexport const x = pkijs;',
  },
  {
    rule: "only compose.ts imports db",
    folder: "apps/devices/src",
    code: 'import { createPool } from "@fieldseal/db/stores";\nexport const x = createPool;',
  },
  { rule: "only config.ts reads the environment", folder: "apps/devices/src", code: "export const x = process.env;" },
  {
    rule: "apps never import each other",
    folder: "apps/worker/src",
    code: 'import { commands } from "@fieldseal/cli/src/commands";\nexport const x = commands;',
  },
  {
    rule: "apps never import each other by path",
    folder: "apps/worker/src",
    code: 'import { commands } from "../../cli/src/commands.ts";\nexport const x = commands;',
  },
  {
    rule: "a page imports no database",
    folder: "apps/web/src/app",
    code: 'import { createPool } from "@fieldseal/db/stores";\nexport const x = createPool;',
  },
  {
    rule: "the signer imports no use cases",
    folder: "apps/signer/src",
    code: 'import { DomainError } from "@fieldseal/core/errors";\nexport const x = DomainError;',
  },
  {
    rule: "the signer opens no port",
    folder: "apps/signer/src",
    code: 'import http from "node:http";\nexport const x = http;',
  },
  {
    rule: "no dangerous HTML",
    folder: "apps/web/src/ui",
    code: 'export const x = <p dangerouslySetInnerHTML={{ __html: "" }} />;',
  },
];

/** The offences stand in a copy of the rooms with the same rules, so that no other test ever meets them. */
const copy = mkdtempSync(path.join(tmpdir(), "fieldseal-rules-"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const placeOf = (folder: string, i: number, code: string) =>
  path.join(folder, `planted-offence-${i}.${code.includes("<p ") ? "tsx" : "ts"}`);

test("every import rule of ARCHITECTURE.md is enforced: each planted offence is found", () => {
  const rules = JSON.parse(readFileSync(path.join(root, ".oxlintrc.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(path.join(copy, ".oxlintrc.json"), JSON.stringify({ ...rules, options: {} }));
  for (const [i, { folder, code }] of offences.entries()) {
    mkdirSync(path.join(copy, folder), { recursive: true });
    writeFileSync(path.join(copy, placeOf(folder, i, code)), `${code}\n`);
  }
  const found = lint();
  const missed = offences.filter(({ folder, code }, i) => !found.has(placeOf(folder, i, code))).map(({ rule }) => rule);
  expect(missed).toEqual([]);
});

function lint(): Set<string> {
  let output: string;
  try {
    output = execFileSync(process.execPath, [path.join(root, "node_modules/oxlint/bin/oxlint"), "--format=json"], {
      cwd: copy,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
  }
  const report = JSON.parse(output) as { diagnostics: { filename: string; code?: string }[] };
  const ofRules = report.diagnostics.filter(({ code = "" }) => /no-restricted|no-process-env|no-danger/.test(code));
  return new Set(ofRules.map(({ filename }) => path.relative(copy, path.resolve(copy, filename))));
}
