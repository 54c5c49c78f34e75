#!/usr/bin/env node
import { DomainError } from "@fieldseal/core/errors";

import { type Command, UsageError } from "./command.ts";
import { commands } from "./commands.ts";
import { compose } from "./compose.ts";
import { readConfig } from "./config.ts";
import { helpOf, overview } from "./help.ts";
import { findCommand, parseInput } from "./parse.ts";

const exitCodes = { done: 0, refused: 1, usage: 2 } as const;

function finish(code: number): never {
  process.exit(code); // connections and timers of libraries must not hold the prompt
}

function fail(command: Command | null, error: unknown): never {
  if (error instanceof UsageError) {
    console.error(error.message);
    if (command) console.error(`\n${helpOf(command)}`);
    return finish(exitCodes.usage);
  }
  console.error(error instanceof DomainError ? error.detail : error instanceof Error ? error.message : String(error));
  return finish(exitCodes.refused);
}

async function main(words: string[]): Promise<never> {
  if (words.length === 0 || words[0] === "--help" || words[0] === "-h" || words[0] === "help") {
    process.stdout.write(overview(commands));
    return finish(words.length === 0 ? exitCodes.usage : exitCodes.done);
  }
  const found = findCommand(commands, words);
  if (!found) {
    const family = commands.filter(({ name }) => name.startsWith(`${words[0]} `));
    if (family.length > 0 && (words.length === 1 || words.includes("--help"))) process.stdout.write(overview(family));
    else console.error(`There is no command “${words.slice(0, 2).join(" ")}”. fieldseal --help lists them all.`);
    return finish(words.includes("--help") && family.length > 0 ? exitCodes.done : exitCodes.usage);
  }
  const { command, rest } = found;
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(helpOf(command));
    return finish(exitCodes.done);
  }
  try {
    const input = parseInput(command, rest);
    const answer = await command.run(compose(readConfig()), input);
    const text = input.has("json") ? JSON.stringify(answer.json, null, 2) : answer.text;
    await new Promise<void>((resolve) =>
      process.stdout.write(text.endsWith("\n") ? text : `${text}\n`, () => resolve()),
    );
    return finish(exitCodes.done);
  } catch (error) {
    return fail(command, error);
  }
}

await main(process.argv.slice(2));
