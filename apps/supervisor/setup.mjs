// Runs before `npm start` and `npm test`: plain Node 20, no dependencies, because node_modules may not exist yet.
// Each step has a stamp with the hash of what it reads, so a step that is up to date is skipped without a word.
// The stamps lie in node_modules: `npm ci` removes them, and then every later step runs again.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const STAMPS = "node_modules/.fieldseal";
/** What tests need of Debian: a browser, independent clients of our protocols, an external PostgreSQL. */
const TEST_PACKAGES = [
  "chromium",
  "fonts-liberation",
  "mosquitto",
  "mosquitto-clients",
  "openssl",
  "curl",
  "postgresql",
];

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}

// --- Is another one running? -------------------------------------------------------------------------------------

/** The same rule as `src/sockets.ts`, which this script cannot import: Node 20 does not read TypeScript. */
function lockSocket() {
  const dataDir = path.resolve(process.env.FIELDSEAL_DATA_DIR || ".fieldseal");
  const inside = path.join(dataDir, "run", "supervisor.sock");
  if (Buffer.byteLength(inside) <= 100) return inside;
  const tag = createHash("sha256").update(dataDir).digest("hex").slice(0, 12);
  return path.join(os.tmpdir(), `fieldseal-${tag}`, "supervisor.sock");
}

function isRunning() {
  return new Promise((resolve) => {
    const socket = connect(lockSocket());
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

// --- Hashes --------------------------------------------------------------------------------------------------------

const PRODUCED = new Set(["node_modules", ".next", ".turbo", "generated", "next-env.d.ts", "testing"]);

/**
 * Content, not times: a checkout touches times.
 * @param {string[]} inputs
 */
function hashOf(...inputs) {
  const sum = createHash("sha256").update(`${process.platform} ${process.arch}`);
  const add = (/** @type {string} */ file) => {
    if (!statSync(file).isDirectory()) {
      sum.update(`\0${file}\0`).update(readFileSync(file));
      return;
    }
    const names = readdirSync(file).filter((name) => !PRODUCED.has(name) && !/\.(test\.tsx?|tsbuildinfo)$/.test(name));
    for (const name of names.sort()) add(path.join(file, name));
  };
  for (const input of inputs) if (existsSync(input)) add(input);
  return sum.digest("hex");
}

// --- Steps ---------------------------------------------------------------------------------------------------------

/**
 * @param {{ title: string, inputs: string[], product: string, refuses: boolean, work: () => void }} step
 *   `refuses`: must not run while Fieldseal runs in this folder.
 */
async function step({ title, inputs, product, refuses, work }) {
  const stamp = path.join(STAMPS, title.replaceAll(" ", "-"));
  const key = hashOf(...inputs);
  if (existsSync(product) && existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  if (refuses && (await isRunning()))
    fail(`${title} has to run again, but Fieldseal is running in this folder. Stop it first.`);
  rmSync(stamp, { force: true });
  process.stdout.write(`${title} … `);
  const started = Date.now();
  work();
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(stamp, key);
  console.log(`${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/**
 * Quiet unless it fails: then everything that the command said, and one line at the end.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function run(command, args, env = {}) {
  const result = spawnSync(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", TURBO_TELEMETRY_DISABLED: "1", ...env },
  });
  if (result.status === 0) return;
  process.stdout.write("failed\n");
  process.stderr.write(Buffer.concat([result.stdout || Buffer.alloc(0), result.stderr || Buffer.alloc(0)]));
  const reason = result.error ? result.error.message : result.signal || `exit ${result.status}`;
  fail(`"${path.basename(command)} ${args.join(" ")}" failed (${reason}); what it said stands above.`);
}

function install() {
  // npm must not run on the Node in node_modules that it is about to replace.
  const folders = (process.env.PATH || "").split(path.delimiter);
  const PATH = folders.filter((folder) => !folder.endsWith(path.join("node_modules", ".bin"))).join(path.delimiter);
  const included = ["--include=dev", "--include=optional"]; // the build needs both, whatever NODE_ENV says
  run("npm", ["ci", ...included, "--no-audit", "--no-fund", "--loglevel=error"], { PATH });
  if (!existsSync("node_modules/.bin/node"))
    fail(
      `There is no Node 24 package for ${process.platform}-${process.arch}; see optionalDependencies in package.json.`,
    );
}

function generateClient() {
  // Prisma insists on a schema engine binary, which it would download, and does not use it for this.
  const env = {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
  };
  run(path.resolve("node_modules/.bin/node"), ["node_modules/prisma/build/index.js", "generate"], env);
}

function buildConsole() {
  const env = { NODE_ENV: "production" };
  run(path.resolve("node_modules/.bin/node"), ["node_modules/next/dist/bin/next", "build", "apps/web"], env);
}

// --- Debian packages for the tests -----------------------------------------------------------------------------------

function missingPackages() {
  const query = spawnSync("dpkg-query", ["-W", "-f=${db:Status-Abbrev} ${Package}\n", ...TEST_PACKAGES], {
    encoding: "utf8",
  });
  if (query.error)
    fail(`The tests need these programs of Debian: ${TEST_PACKAGES.join(", ")}. This system has no dpkg.`);
  const installed = new Set(
    query.stdout
      .split("\n")
      .filter((line) => line.startsWith("ii"))
      .map((line) => line.split(" ").at(-1)),
  );
  return TEST_PACKAGES.filter((name) => !installed.has(name));
}

/** Neither a PostgreSQL cluster nor a broker may start by itself: the tests start their own. */
const INSTALL_PACKAGES = `
set -e
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold "$@"; }
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
if [ ! -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi
install "$@" || { apt-get update; install "$@"; }
`;

function installPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const isRoot = process.getuid && process.getuid() === 0;
  if (!isRoot && spawnSync("sudo", ["-n", "true"]).status !== 0)
    fail(`The tests need Debian packages. Run: sudo apt-get install -y ${missing.join(" ")}`);
  const started = Date.now();
  process.stdout.write(`packages ${missing.join(", ")} … `);
  const shell = ["sh", "-c", INSTALL_PACKAGES, "sh", ...missing];
  if (isRoot) run(shell[0], shell.slice(1));
  else run("sudo", ["-n", ...shell]);
  console.log(`${((Date.now() - started) / 1000).toFixed(1)} s`);
}

// ---------------------------------------------------------------------------------------------------------------------

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE)
  fail(`Fieldseal needs Node ${OLDEST_NODE} or newer to start; this is ${process.version}. See https://nodejs.org`);
process.chdir(fileURLToPath(new URL("../..", import.meta.url)));

const isTest = process.argv.includes("--test");
if (!isTest && (await isRunning()))
  fail("Fieldseal is already running on this data folder. Stop it first, or set FIELDSEAL_DATA_DIR.");

if (isTest) installPackages();
const lock = "package-lock.json";
await step({
  title: "install",
  inputs: [lock, "package.json"],
  product: "node_modules/.bin/node",
  refuses: isTest,
  work: install,
});
await step({
  title: "prisma client",
  inputs: ["prisma/schema", "prisma.config.ts", lock],
  product: "packages/db/src/generated/client.ts",
  refuses: false,
  work: generateClient,
});
await step({
  title: "console",
  inputs: ["apps/web", "packages", "prisma/schema", "tsconfig.base.json", lock],
  product: "apps/web/.next/BUILD_ID",
  refuses: isTest,
  work: buildConsole,
});
