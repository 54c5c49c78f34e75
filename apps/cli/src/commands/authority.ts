import { writeFileSync } from "node:fs";

import { DomainError } from "@fieldseal/core/errors";
import { toHex } from "@fieldseal/pki/hex";
import { sha256 } from "@fieldseal/pki/key-identifier";
import { encodePem } from "@fieldseal/pki/pem";

import { type Command, UsageError } from "../command.ts";
import { formatTable, shortTime } from "../table.ts";

const list: Command = {
  name: "authority list",
  arguments: [],
  summary: "List the authorities",
  options: {},
  async run({ records }) {
    const found = await records.transaction((tx) => tx.listAuthorities());
    const rows = found.map((authority) => ({
      id: authority.id,
      role: authority.role,
      name: authority.name,
      state: authority.state,
      keyCustody: authority.keyCustody,
      keyAlgorithm: authority.keyAlgorithm,
      notBefore: authority.notBefore.toISOString(),
      notAfter: authority.notAfter.toISOString(),
      sha256: toHex(sha256(authority.certificateDer)),
    }));
    return {
      json: rows,
      text: formatTable(
        ["Authority", "Name", "State", "Key", "Not after"],
        found.map((a) => [a.id, a.name, a.state, `${a.keyAlgorithm}, ${a.keyCustody}`, shortTime(a.notAfter)]),
      ),
    };
  },
};

const exportAuthority: Command = {
  name: "authority export",
  arguments: ["[authority-id]"],
  summary: "Write the certificate of an authority (PEM)",
  options: {
    root: { help: "the root, the trust anchor of devices and brokers" },
    chain: { help: "issuing authority and root in one file" },
    out: { value: "FILE", help: "where to write (default: standard output)" },
  },
  async run({ records }, input) {
    const id = input.arguments[0];
    const chosen = [id !== undefined, input.has("root"), input.has("chain")].filter(Boolean).length;
    if (chosen !== 1) throw new UsageError("Name one authority, or --root, or --chain.");
    const all = await records.transaction((tx) => tx.listAuthorities());
    const wanted = input.has("chain")
      ? [...all].reverse()
      : all.filter((authority) => (input.has("root") ? authority.role === "root" : authority.id === id));
    if (wanted.length === 0)
      throw new DomainError(
        "authority-unknown",
        id ? `There is no authority ${id}.` : "The platform is not set up yet: run fieldseal init.",
      );
    const pem = wanted.map(({ certificateDer }) => encodePem("CERTIFICATE", certificateDer)).join("");
    const out = input.text("out");
    if (out !== undefined) writeFileSync(out, pem);
    const facts = wanted.map((authority) => ({ id: authority.id, sha256: toHex(sha256(authority.certificateDer)) }));
    return {
      json: { authorities: facts, pem, out: out ?? null },
      text:
        out === undefined
          ? pem
          : facts.map((fact) => `${fact.id}  SHA-256 ${fact.sha256}  written to ${out}`).join("\n"),
    };
  },
};

export const authorityCommands: readonly Command[] = [list, exportAuthority];
