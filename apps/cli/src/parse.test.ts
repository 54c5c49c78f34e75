import { expect, test } from "vitest";

import { UsageError } from "./command.ts";
import { commands } from "./commands.ts";
import { helpOf, overview } from "./help.ts";
import { findCommand, parseInput } from "./parse.ts";

const parse = (...words: string[]) => {
  const found = findCommand(commands, words);
  if (!found) throw new Error("no such command");
  return parseInput(found.command, found.rest);
};

test("the longest name wins, the rest are arguments and options", () => {
  const input = parse("device", "add", "pump-017", "--site", "Plant Nord", "--dns", "a", "--dns", "b", "--json");
  expect(input.arguments).toEqual(["pump-017"]);
  expect(input.text("site")).toBe("Plant Nord");
  expect(input.list("dns")).toEqual(["a", "b"]);
  expect(input.has("json")).toBe(true);
});

test.each([
  [["device", "add", "--site", "x"], /Missing <device-id>/],
  [["device", "add", "pump"], /Missing --site/],
  [["device", "add", "pump", "more", "--site", "x"], /Unexpected argument more/],
  [["device", "add", "pump", "--sight", "x"], /sight/],
  [["device", "list", "--limit", "many"], /whole number/],
  [["device", "list", "--limit", "0"], /whole number/],
] as const)("%j is wrong usage", (words, message) => {
  const use = () => parse(...words).count("limit", 1, 100);
  expect(use).toThrow(UsageError);
  expect(use).toThrow(message);
});

test("the fixed names of the architecture all exist, with help", () => {
  const names = commands.map(({ name }) => name);
  for (const name of [
    "init",
    "status",
    "device add",
    "device list",
    "device show",
    "device quarantine",
    "device retire",
    "token create",
    "token revoke",
    "certificate list",
    "certificate show",
    "certificate revoke",
    "authority list",
    "authority create",
    "authority export",
    "crl publish",
    "crl show",
    "ceremony",
    "job list",
    "job run",
    "audit verify",
    "audit export",
    "backup",
    "restore",
    "verify",
    "agent device",
    "agent broker",
  ])
    expect(names).toContain(name);
  for (const command of commands) expect(helpOf(command)).toContain(`Usage: fieldseal ${command.name}`);
  expect(
    overview(commands)
      .split("\n")
      .every((line) => line.length <= 140),
  ).toBe(true);
});
