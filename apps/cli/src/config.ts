import path from "node:path";

import { z } from "zod";

const port = z.coerce.number().int().min(1).max(65_535);

const schema = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "DATABASE_URL must be a postgresql:// address" })
    .optional(),
  FIELDSEAL_DATA_DIR: z.string().min(1).default(".fieldseal"),
  FIELDSEAL_SIGNER_SOCKET: z.string().min(1).optional(),
  FIELDSEAL_HOST: z.string().min(1).default("localhost"),
  FIELDSEAL_WEB_PORT: port.default(3000),
  FIELDSEAL_CONSOLE_URL: z.url().optional(),
  FIELDSEAL_DEVICE_PORT: port.default(8443),
  FIELDSEAL_PUBLIC_PORT: port.default(8080),
});

export type Config = Readonly<{
  databaseUrl: string | null;
  dataDir: string;
  signerSocket: string | null;
  hostName: string;
  consoleUrl: string;
  devicePort: number;
  publicPort: number;
  userName: string;
}>;

/**
 * Reads the environment once. The data folder of a relative path lies in the clone, wherever the command is run.
 * @throws Error naming every problem at once
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = schema.safeParse(env);
  if (!parsed.success)
    throw new Error(parsed.error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`).join("\n"));
  const value = parsed.data;
  const clone = path.join(import.meta.dirname, "../../..");
  return Object.freeze({
    databaseUrl: value.DATABASE_URL ?? null,
    dataDir: path.resolve(clone, value.FIELDSEAL_DATA_DIR),
    signerSocket: value.FIELDSEAL_SIGNER_SOCKET ?? null,
    hostName: value.FIELDSEAL_HOST,
    consoleUrl: value.FIELDSEAL_CONSOLE_URL ?? `http://localhost:${value.FIELDSEAL_WEB_PORT}`,
    devicePort: value.FIELDSEAL_DEVICE_PORT,
    publicPort: value.FIELDSEAL_PUBLIC_PORT,
    userName: env["SUDO_USER"] ?? env["USER"] ?? env["LOGNAME"] ?? "root",
  });
}
