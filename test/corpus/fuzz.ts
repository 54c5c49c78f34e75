import { parseArgs } from "node:util";

import { fuzz } from "./oracle.ts";

/*
 * A long share of the mutants: `node test/corpus/fuzz.ts --count 100000 [--seed 1]`, count per kind of object. Prints
 * what it found and fails if there is anything; each finding can be made again from seed and count.
 */
const { values } = parseArgs({ options: { count: { type: "string" }, seed: { type: "string" } } });
const count = Number(values.count ?? 10_000);
const seed = Number(values.seed ?? 1);
const begin = performance.now();
const report = fuzz({ seed, count });
const seconds = (performance.now() - begin) / 1000;
const speed = Math.round(report.count / seconds);
console.log(
  `seed ${seed}: ${report.count} mutants in ${seconds.toFixed(1)} s (${speed}/s), ${report.accepted} accepted, ` +
    `${report.compared} compared with OpenSSL, ${report.findings.length} findings`,
);
for (const { target, name, fault, hex } of report.findings.slice(0, 20))
  console.log(`${target} ${name}\n  ${fault}\n  ${hex}`);
process.exitCode = report.findings.length === 0 ? 0 : 1;
