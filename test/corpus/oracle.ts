import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { parseCertsOnly } from "@fieldseal/pki/cms/certs-only";
import { parseCrl } from "@fieldseal/pki/crl/parse";
import { parseCsr } from "@fieldseal/pki/csr/parse";
import { verifyCsr } from "@fieldseal/pki/csr/verify";
import { PkiError } from "@fieldseal/pki/error";
import { lintCertificate, lintCrl, lintOcspResponse } from "@fieldseal/pki/lint/index";
import { parseOcspResponse } from "@fieldseal/pki/ocsp/parse-response";
import { parseOcspRequest } from "@fieldseal/pki/ocsp/request";

import { createSeeds, mutate } from "./mutate.ts";
import type { Seed } from "./mutate.ts";
import { createPrng } from "./prng.ts";
import { certificateSeeds, certsOnlySeeds, crlSeeds, csrSeeds, ocspRequestSeeds, ocspResponseSeeds } from "./seeds.ts";

export type Finding = { target: string; name: string; fault: string; hex: string };
export type Report = { count: number; accepted: number; compared: number; findings: Finding[] };

type Target = {
  name: string;
  seeds: readonly Seed[];
  read(der: Uint8Array): void;
  /** What OpenSSL says about bytes that we took: null is agreement. */
  compare?(der: Uint8Array): string | null;
  /** Every so many accepted mutants are compared; the openssl program costs 5 ms each. */
  compareEvery?: number;
};

const targets: readonly Target[] = [
  {
    name: "csr",
    seeds: createSeeds(csrSeeds),
    read: (der) => verifyCsr(parseCsr(der)),
    compare: (der) => runOpenssl(["req", "-inform", "DER", "-noout", "-verify", "-in"], der),
    compareEvery: 10,
  },
  {
    name: "certificate",
    seeds: createSeeds(certificateSeeds),
    read(der) {
      parseCertificate(der);
      lintCertificate(der);
    },
    compare: compareWithNode,
  },
  {
    name: "crl",
    seeds: createSeeds(crlSeeds),
    read(der) {
      lintCrl(der);
      const crl = parseCrl(der);
      for (const { serialNumber } of crl.entries()) crl.findEntry(serialNumber);
    },
    compare: (der) => runOpenssl(["crl", "-inform", "DER", "-noout", "-in"], der),
    compareEvery: 200,
  },
  {
    name: "ocsp-request",
    seeds: createSeeds(ocspRequestSeeds),
    read: parseOcspRequest,
    compare: (der) => runOpenssl(["ocsp", "-req_text", "-reqin"], der),
    compareEvery: 20,
  },
  {
    name: "ocsp-response",
    seeds: createSeeds(ocspResponseSeeds),
    read(der) {
      lintOcspResponse(der);
      parseOcspResponse(der);
    },
    compare: (der) => runOpenssl(["ocsp", "-resp_text", "-noverify", "-respin"], der),
    compareEvery: 20,
  },
  { name: "certs-only", seeds: createSeeds(certsOnlySeeds), read: parseCertsOnly },
];

/** Longer than any refusal or reading may take, on a machine that does other things too. */
const slowMilliseconds = 250;

/**
 * `count` mutants of each kind, or as many as fit into the time. What must hold: nothing but `PkiError` is thrown,
 * nothing takes long, and nothing is taken that OpenSSL refuses.
 */
export function fuzz(input: { seed: number; count: number; milliseconds?: number }): Report {
  const prng = createPrng(input.seed);
  const report: Report = { count: 0, accepted: 0, compared: 0, findings: [] };
  const begin = performance.now();
  for (let round = 0; round < input.count; round++) {
    if (input.milliseconds !== undefined && performance.now() - begin > input.milliseconds) break;
    for (const target of targets) {
      const { name, der } = mutate(target.seeds, prng);
      const fault = look(target, der, report);
      if (fault !== null)
        report.findings.push({ target: target.name, name, fault, hex: Buffer.from(der).toString("hex") });
    }
  }
  return report;
}

function look(target: Target, der: Uint8Array, report: Report): string | null {
  report.count++;
  const first = tryReading(target, der);
  if (first.fault !== null) return first.fault;
  // a second look, because the machine may have been busy with something else
  if (first.milliseconds > slowMilliseconds && tryReading(target, der).milliseconds > slowMilliseconds)
    return `took ${first.milliseconds.toFixed(0)} ms`;
  if (!first.isAccepted) return null;
  report.accepted++;
  if (!target.compare || report.accepted % (target.compareEvery ?? 1) !== 0) return null;
  report.compared++;
  return target.compare(der);
}

function tryReading(
  target: Target,
  der: Uint8Array,
): { isAccepted: boolean; fault: string | null; milliseconds: number } {
  const begin = performance.now();
  const milliseconds = () => performance.now() - begin;
  try {
    target.read(der);
    return { isAccepted: true, fault: null, milliseconds: milliseconds() };
  } catch (error) {
    const fault = error instanceof PkiError ? null : `threw ${String(error)}`;
    return { isAccepted: false, fault, milliseconds: milliseconds() };
  }
}

function compareWithNode(der: Uint8Array): string | null {
  try {
    return new X509Certificate(der).serialNumber === "" ? "node sees no serial number" : null;
  } catch (error) {
    return `node refuses it: ${String(error)}`;
  }
}

/** 2.16.840.1.101.3.4.3.17: OpenSSL 3.0 does not know ML-DSA. */
const mlDsa = "608648016503040311";

function runOpenssl(args: readonly string[], der: Uint8Array): string | null {
  const directory = mkdtempSync(join(tmpdir(), "fieldseal-fuzz-"));
  try {
    const path = join(directory, "der");
    writeFileSync(path, der);
    const { status, stderr } = spawnSync("openssl", [...args, path], { encoding: "utf8" });
    const isRefused = status !== 0 || stderr.includes("verify failure");
    if (!isRefused || Buffer.from(der).toString("hex").includes(mlDsa)) return null;
    return `openssl refuses it: ${stderr.trim()}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
