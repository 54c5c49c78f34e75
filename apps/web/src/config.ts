import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { z } from "zod";

const port = z.coerce.number().int().min(1).max(65_535);

const environment = z
  .object({
    NODE_ENV: z.string().default("production"),
    DATABASE_URL: z.url("must be the address of the PostgreSQL database"),
    FIELDSEAL_DATA_DIR: z.string().min(1).default(".fieldseal"),
    FIELDSEAL_WEB_PORT: port.default(3000),
    FIELDSEAL_DEVICE_PORT: port.default(8443),
    FIELDSEAL_HOST: z.hostname().default("localhost"),
    FIELDSEAL_PUBLIC_URL: z.url().optional(),
    FIELDSEAL_CONSOLE_URL: z.url().optional(),
    FIELDSEAL_SIGNER_SOCKET: z.string().min(1).optional(),
  })
  .transform((env) => {
    const dataDir = path.resolve(env.FIELDSEAL_DATA_DIR);
    return {
      isDevelopment: env.NODE_ENV === "development",
      databaseUrl: env.DATABASE_URL,
      dataDir,
      webPort: env.FIELDSEAL_WEB_PORT,
      devicePort: env.FIELDSEAL_DEVICE_PORT,
      host: env.FIELDSEAL_HOST,
      publicUrl: env.FIELDSEAL_PUBLIC_URL ?? `http://${env.FIELDSEAL_HOST}:8080`,
      signerSocket: env.FIELDSEAL_SIGNER_SOCKET ?? path.join(dataDir, "signer.sock"),
      consoleUrl: (env.FIELDSEAL_CONSOLE_URL ?? `http://localhost:${env.FIELDSEAL_WEB_PORT}`).replace(/\/$/, ""),
    };
  });

export type Config = Readonly<z.output<typeof environment>>;

/** @throws Error that lists every problem at once. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`The console cannot start with this configuration:\n${problems.join("\n")}`);
}

const shared = globalThis as { fieldsealConsoleConfig?: Config };

/** Read at the first request, not on import: `next build` imports every route without an environment. */
export function getConfig(): Config {
  shared.fieldsealConsoleConfig ??= parseConfig(process.env);
  return shared.fieldsealConsoleConfig;
}

/** The key under which sign-in sessions are signed; made once per installation and readable by its owner only. */
export function readConsoleSecret(dataDir: string): string {
  const file = path.join(dataDir, "console-secret");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    // "wx" makes the creation atomic when two consoles start at once.
    writeFileSync(file, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const secret = readFileSync(file, "utf8").trim();
  if (secret.length < 43) throw new Error(`${file} is too short; delete it and start the console again`);
  return secret;
}

/** Origins from which a browser may change anything here. */
export function listTrustedOrigins(config: Config): string[] {
  const hosts = new Set(["localhost", "127.0.0.1", config.host]);
  return [new URL(config.consoleUrl).origin, ...[...hosts].map((host) => `http://${host}:${config.webPort}`)];
}
