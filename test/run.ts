// `npm test`: all checks in one go, cheapest first, every one of them even if an earlier one failed.
// Ends with the line "N passed, N failed" and exits 0 only if nothing failed.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const results = path.join(root, "test-results");
const bin = (name: string) => path.join(root, "node_modules", name);

type Tally = { passed: number; failed: number };
const total: Tally = { passed: 0, failed: 0 };

function run(title: string, file: string, args: string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [file, ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", TURBO_TELEMETRY_DISABLED: "1", NO_COLOR: "1" },
  });
  const code = status ?? 1;
  console.log(`— ${title}: ${code === 0 ? "ok" : "FAILED"}, ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return code;
}

function check(title: string, file: string, args: string[]): void {
  if (run(title, file, args) === 0) total.passed += 1;
  else total.failed += 1;
}

/** Counts what the runner itself reports; a runner that ends without a report has failed. */
function tests(title: string, projects: string[]): void {
  const report = path.join(results, `${title.replaceAll(/\W+/g, "-")}.json`);
  const flags = projects.flatMap((project) => ["--project", project]);
  const code = run(title, bin("vitest/vitest.mjs"), [
    "run",
    ...flags,
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${report}`,
  ]);
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, "utf8")) as {
      numPassedTests: number;
      numFailedTests: number;
      numFailedTestSuites: number;
    };
    total.passed += numPassedTests;
    // A file that does not load has no failed test, and an unhandled error fails the run alone.
    total.failed += Math.max(numFailedTests, numFailedTestSuites > 0 || code !== 0 ? 1 : 0);
  } catch {
    total.failed += 1;
  }
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
check("lint", bin("oxlint/bin/oxlint"), []);
check("format", bin("oxfmt/bin/oxfmt"), ["--check"]);
check("types", bin("turbo/bin/turbo"), ["run", "typecheck"]);
check("types of tests", bin("typescript/bin/tsc"), ["--noEmit", "-p", "."]);
tests("unit and integration tests", ["unit", "web"]);
tests("end-to-end tests", ["e2e"]);

console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
