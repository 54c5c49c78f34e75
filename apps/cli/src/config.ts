import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { z } from "zod";

const port = z.coerce.number().int().min(1).max(65_535);

const schema = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "DATABASE_URL must be a postgresql:// address" })
    .optional(),
  FIELDSEAL_DATA_DIR: z.string().min(1).default(".fieldseal"),
  FIELDSEAL_SIGNER_SOCKET: z.string().min(1).optional(),
  FIELDSEAL_HOST: z.string().min(1).optional(),
  FIELDSEAL_WEB_PORT: port.optional(),
  FIELDSEAL_CONSOLE_URL: z.url().optional(),
  FIELDSEAL_DEVICE_PORT: port.optional(),
});

/** What `npm start` wrote into the data folder; the environment of the command comes first. */
const platformSchema = z.object({
  databaseUrl: z.string().nullable(),
  hostName: z.string(),
  devicePort: port,
  consoleUrl: z.string(),
  signerSocket: z.string(),
});

export type Config = Readonly<{
  /** Null when the database is the embedded one, whose address lies in the data folder. */
  databaseUrl: string | null;
  dataDir: string;
  signerSocket: string | null;
  hostName: string;
  consoleUrl: string;
  devicePort: number;
  userName: string;
}>;

function readPlatform(dataDir: string): z.infer<typeof platformSchema> | null {
  const file = path.join(dataDir, "platform.json");
  if (!existsSync(file)) return null;
  const parsed = platformSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success) throw new Error(`${file} is damaged. \`npm start\` writes it anew.`);
  return parsed.data;
}

/**
 * Reads the environment once, and what it leaves open from the data folder. A relative data folder lies in the clone,
 * wherever the command is run.
 * @throws Error naming every problem at once
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = schema.safeParse(env);
  if (!parsed.success)
    throw new Error(parsed.error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`).join("\n"));
  const value = parsed.data;
  const clone = path.join(import.meta.dirname, "../../..");
  const dataDir = path.resolve(clone, value.FIELDSEAL_DATA_DIR);
  const platform = readPlatform(dataDir);
  const webPort = value.FIELDSEAL_WEB_PORT;
  return Object.freeze({
    databaseUrl: value.DATABASE_URL ?? platform?.databaseUrl ?? null,
    dataDir,
    signerSocket: value.FIELDSEAL_SIGNER_SOCKET ?? platform?.signerSocket ?? null,
    hostName: value.FIELDSEAL_HOST ?? platform?.hostName ?? "localhost",
    consoleUrl:
      value.FIELDSEAL_CONSOLE_URL ??
      (webPort === undefined ? undefined : `http://localhost:${webPort}`) ??
      platform?.consoleUrl ??
      "http://localhost:3000",
    devicePort: value.FIELDSEAL_DEVICE_PORT ?? platform?.devicePort ?? 8443,
    userName: env["SUDO_USER"] ?? env["USER"] ?? env["LOGNAME"] ?? "root",
  });
}
