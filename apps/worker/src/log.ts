import type { Clock } from "@fieldseal/core/clock";

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;
export type Log = (fields: LogFields) => void;

/** JSON leaves C1 controls, line separators and bidi overrides as they are; a terminal would obey them (T26). */
const unsafe = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export function toLogLine(fields: LogFields & { at: string }): string {
  return JSON.stringify(fields).replaceAll(
    unsafe,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** One JSON object per line. */
export function createLog({ clock, write }: { clock: Clock; write: (line: string) => void }): Log {
  return (fields) => write(`${toLogLine({ at: clock.now().toISOString(), ...fields })}\n`);
}

/** What an error may say in a log or on a screen. */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError && error.message === "")
    return error.errors.map((inner) => describeError(inner)).join("; ");
  if (error instanceof Error)
    return "detail" in error && typeof error.detail === "string" ? error.detail : error.message;
  return String(error);
}
