import { EmbeddedPostgresError } from "@fieldseal/db/embedded";
import { MigrationError } from "@fieldseal/db/migrations";
import { DatabaseServerError } from "@fieldseal/db/migrations/check-server";

/** Something that the operator can put right; the message names the fix. */
export class OperatorError extends Error {
  override name = "OperatorError";
}

const forOperators = [OperatorError, DatabaseServerError, EmbeddedPostgresError, MigrationError];

/** What is printed before exit 1: one line where the cause is known, the whole trace where it is a bug. */
export function explain(error: unknown): string {
  if (forOperators.some((kind) => error instanceof kind) && error instanceof Error) return error.message;
  return (
    explainSystemError(error) ?? `This is a bug in Fieldseal: ${error instanceof Error ? error.stack : String(error)}`
  );
}

function explainSystemError(error: unknown): string | null {
  if (!(error instanceof Error && "code" in error && "path" in error)) return null;
  const file = String(error.path);
  switch (error.code) {
    case "EACCES":
    case "EPERM":
      return `No permission for ${file}. Give it to this user (sudo chown -R "$(id -un)" ${file}), or set FIELDSEAL_DATA_DIR to a folder of yours.`;
    case "ENOTDIR":
    case "EEXIST":
      return `${file} is in the way: it, or something above it, is not a folder. Set FIELDSEAL_DATA_DIR to another place.`;
    case "EROFS":
      return `${file} is on a read-only file system. Set FIELDSEAL_DATA_DIR to a folder that can be written.`;
    case "ENOSPC":
      return `The disk that holds ${file} is full. Make room and start again.`;
    default:
      return null;
  }
}
