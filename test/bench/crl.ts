import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { timeProgram, type Row } from "./measure.ts";

const entries = 100_000;

/** What `openssl ca` needs: an index with the same entries, its configuration, a key. */
function prepare(folder: string): void {
  const lines = Array.from(
    { length: entries },
    (_, i) =>
      `R\t271121000000Z\t261121000000Z,keyCompromise\t${(0x11n * 0x10n ** 30n + BigInt(i)).toString(16).toUpperCase()}\tunknown\t/CN=d${i}`,
  );
  writeFileSync(path.join(folder, "index.txt"), `${lines.join("\n")}\n`);
  writeFileSync(path.join(folder, "crlnumber"), "01\n");
  writeFileSync(
    path.join(folder, "ca.cnf"),
    "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=7\ncrl_extensions=x\n[x]\nauthorityKeyIdentifier=keyid\n",
  );
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-keyout",
      "k.pem",
      "-out",
      "c.pem",
      "-subj",
      "/CN=Bench",
      "-days",
      "30",
    ],
    { cwd: folder, stdio: "ignore" },
  );
}

/** A full CRL from entries in memory to a file, as a program of its own beside `openssl ca -gencrl`. */
export function benchCrl(): Row[] {
  const folder = mkdtempSync(path.join(tmpdir(), "fieldseal-bench-"));
  try {
    prepare(folder);
    const peer = timeProgram(
      "openssl",
      ["ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "k.pem", "-cert", "c.pem", "-out", "o.crl"],
      { cwd: folder, rounds: 3 },
    );
    const own = timeProgram(
      process.execPath,
      [path.join(import.meta.dirname, "crl-program.ts"), String(entries), path.join(folder, "own.crl")],
      { cwd: folder, rounds: 3 },
    );
    execFileSync("openssl", ["crl", "-inform", "DER", "-in", path.join(folder, "own.crl"), "-noout"]);
    const beside = `openssl ca -gencrl ${peer.toFixed(2)} s`;
    const value = `${own.toFixed(2)} s`;
    return [
      {
        id: "P6",
        work: `full CRL, ${entries} entries, with start of node (time)`,
        value,
        beside,
        ratio: own / peer,
        floor: null,
        goal: null,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
