// Runs after every change of package-lock.json (`npm run postlock`): writes the lock entries of platform
// binaries that a registry mirror does not serve, so that `npm ci` accepts the lock on every platform.
// They carry no integrity hash and are only ever installed on the platform they name.
import { readFileSync, writeFileSync } from "node:fs";

const OS = {
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  win32: "win32",
  windows: "win32",
  openharmony: "openharmony",
  netbsd: "netbsd",
  openbsd: "openbsd",
  sunos: "sunos",
  aix: "aix",
};
const CPU = [
  ["arm64", "arm64"],
  ["arm", "arm"],
  ["x64", "x64"],
  ["64", "x64"],
  ["ia32", "ia32"],
  ["ppc64", "ppc64"],
  ["riscv64", "riscv64"],
  ["s390x", "s390x"],
];

/** @typedef {{ dev?: boolean, license?: string, optionalDependencies?: Record<string, string> }} Meta */
/** @type {{ packages: Record<string, Meta> }} */
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
for (const [at, meta] of Object.entries({ ...lock.packages })) {
  for (const [name, version] of Object.entries(meta.optionalDependencies ?? {})) {
    if (!/^\d/.test(version)) continue; // exact pins are the platform binaries
    if ([`${at}/node_modules/${name}`, `node_modules/${name}`].some((path) => lock.packages[path])) continue;
    const tail = name.split("/").pop();
    const os = Object.entries(OS).find(([word]) => tail.includes(word))?.[1];
    const cpu = CPU.find(([word]) => new RegExp(`(^|[-_])${word}([-_]|$)`).test(tail))?.[1];
    if (!os || !cpu) continue; // WASM fall-backs: npm ci does not ask for them
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(meta.dev ? { dev: true } : {}),
      license: meta.license,
      optional: true,
      os: [os],
      ...(tail.includes("musl") ? { libc: ["musl"] } : {}),
    };
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
