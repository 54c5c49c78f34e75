import type { Composition } from "./compose.ts";

export type OptionSpec = {
  /** Metavariable of a value; absent = a switch. */
  value?: string;
  help: string;
  multiple?: boolean;
  required?: boolean;
};

export type Parsed = {
  arguments: readonly string[];
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  has(name: string): boolean;
  /** A whole number from 1 to `most`. @throws UsageError */
  count(name: string, fallback: number, most: number): number;
};

/** What a command answers: one object for --json, and the lines a person reads. */
export type Answer = { json: unknown; text: string };

/** One verb. Everything that help, parsing and completion need is data. */
export type Command = {
  /** "device add" */
  name: string;
  /** "<device-id>" */
  arguments: readonly string[];
  summary: string;
  details?: string;
  options: Readonly<Record<string, OptionSpec>>;
  run(composition: Composition, input: Parsed): Promise<Answer>;
};

/** Wrong use of the command line: exit code 2. */
export class UsageError extends Error {}

export const jsonOption: OptionSpec = { help: "print JSON" };
