import { parseArgs } from "node:util";

import { type Command, jsonOption, type Parsed, UsageError } from "./command.ts";

/** Finds the longest command name that the words begin with; the rest are its arguments and options. */
export function findCommand(
  commands: readonly Command[],
  words: readonly string[],
): { command: Command; rest: string[] } | null {
  const byLength = [...commands].sort((a, b) => b.name.split(" ").length - a.name.split(" ").length);
  for (const command of byLength) {
    const name = command.name.split(" ");
    if (name.every((word, i) => words[i] === word)) return { command, rest: words.slice(name.length) };
  }
  return null;
}

/** @throws UsageError naming the fault */
export function parseInput(command: Command, rest: readonly string[]): Parsed {
  const specs = { ...command.options, json: jsonOption };
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      { type: spec.value === undefined ? ("boolean" as const) : ("string" as const), multiple: spec.multiple ?? false },
    ]),
  );
  let values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({ args: [...rest], options, allowPositionals: true, strict: true }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const required = command.arguments.filter((name) => name.startsWith("<")).length;
  if (positionals.length < required)
    throw new UsageError(`Missing ${command.arguments[positionals.length] ?? "argument"}.`);
  if (positionals.length > command.arguments.length)
    throw new UsageError(`Unexpected argument ${positionals[command.arguments.length] ?? ""}.`);
  for (const [name, spec] of Object.entries(specs))
    if (spec.required && values[name] === undefined) throw new UsageError(`Missing --${name}.`);
  return {
    arguments: positionals,
    text(name) {
      const value = values[name];
      return typeof value === "string" ? value : undefined;
    },
    list(name) {
      const value = values[name];
      return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
    },
    has: (name) => values[name] === true,
    count(name, fallback, most) {
      const value = values[name];
      if (value === undefined) return fallback;
      const number = typeof value === "string" && /^[1-9]\d{0,9}$/.test(value) ? Number(value) : 0;
      if (number < 1 || number > most) throw new UsageError(`--${name} is a whole number from 1 to ${most}.`);
      return number;
    },
  };
}
