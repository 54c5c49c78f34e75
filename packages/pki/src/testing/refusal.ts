import { PkiError } from "../error.ts";
import type { PkiErrorCode } from "../error.ts";

/** The code with which `work` refuses, or "accepted". Any other error is a bug and passes. */
export function codeOf(work: () => unknown): PkiErrorCode | "accepted" {
  try {
    work();
    return "accepted";
  } catch (error) {
    if (error instanceof PkiError) return error.code;
    throw error;
  }
}

export function detailOf(work: () => unknown): string {
  try {
    work();
    return "accepted";
  } catch (error) {
    if (error instanceof PkiError) return error.detail;
    throw error;
  }
}
