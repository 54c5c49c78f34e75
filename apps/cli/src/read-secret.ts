import { readFileSync } from "node:fs";

import { UsageError } from "./command.ts";

/** A secret from a file (or - for standard input), without the line end that editors add. Never an argument: those show in ps. */
export function readSecret(file: string, what: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new UsageError(
      `Cannot read the ${what} from ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
