// What the operator sees: a line per step, the parts' own lines, and warnings.
import { performance } from "node:perf_hooks";

const PART_WIDTH = 8;

/** Log lines may quote what a stranger sent; nothing of it may steer the terminal. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** Writing to a closed terminal or pipe must not end the supervisor before it has stopped the parts. */
export function openScreen(): void {
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function warn(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function sayPartLine(name: string, line: string): void {
  say(`${name.padEnd(PART_WIDTH)}| ${line.replaceAll(CONTROL, "")}`);
}

export async function step<T>(title: string, work: () => Promise<T>, note?: (result: T) => string | null): Promise<T> {
  const start = performance.now();
  const result = await work();
  const extra = note?.(result);
  say(`${title} … ${seconds(performance.now() - start)}${extra ? ` (${extra})` : ""}`);
  return result;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
