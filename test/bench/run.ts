// `npm run bench`: ratios against a limit or a peer in the same run (performance.md, goals). Prints a table, writes JSON.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { repository } from "../support/platform.ts";
import { benchCrl } from "./crl.ts";
import { benchEnrolment } from "./enrolment.ts";
import { benchIssuance } from "./issuance.ts";
import { formatRows, opensslLimit, type Row } from "./measure.ts";

const limit = opensslLimit();
const rows: Row[] = [...(await benchIssuance(limit)), ...benchCrl(), ...(await benchEnrolment(limit))];

console.log(
  `\nL = ${Math.round(limit)}/s per core (openssl speed ecdsap256: verify and sign)\n\n${formatRows(rows)}\n`,
);
const folder = path.join(repository, "test-results");
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, "bench.json"), `${JSON.stringify({ limit, node: process.version, rows }, null, 2)}\n`);
process.exit(0);
