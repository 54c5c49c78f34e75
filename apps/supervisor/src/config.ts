// The only file of the supervisor that reads the environment.
import { isIP } from "node:net";
import path from "node:path";

import { z } from "zod";

import { OperatorError } from "./errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const portNumber = z
  .string()
  .regex(/^\d{1,5}$/, "must be a port number, 1 to 65535")
  .transform(Number)
  .refine((port) => port >= 1 && port <= 65_535, "must be a port number, 1 to 65535");
const port = (usual: number) => portNumber.default(usual);
const url = (message: string, ...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), message);
const host = z
  .string()
  .refine((text) => isIP(text) !== 0 || /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i.test(text), {
    message: "must be a host name or an IP address, without scheme and port",
  });

const variables = z.object({
  DATABASE_URL: url(
    "must look like postgresql://user:password@host:5432/database",
    "postgres:",
    "postgresql:",
  ).optional(),
  FIELDSEAL_DATA_DIR: z.string().default(".fieldseal"),
  FIELDSEAL_WEB_PORT: port(3000),
  FIELDSEAL_DEVICE_PORT: port(8443),
  FIELDSEAL_PUBLIC_PORT: port(8080),
  FIELDSEAL_ADMIN_PORT: portNumber.optional(),
  FIELDSEAL_HOST: host.default("localhost"),
  FIELDSEAL_PUBLIC_URL: url("must look like http://pki.example.com", "http:", "https:").optional(),
  FIELDSEAL_CONSOLE_URL: url("must look like https://console.example.com", "http:", "https:").optional(),
  FIELDSEAL_SMTP_URL: url("must look like smtp://user:password@host:587 or smtps://…", "smtp:", "smtps:").optional(),
  FIELDSEAL_MAIL_FROM: z.string().optional(),
  FIELDSEAL_KEK_FILE: z.string().optional(),
  FIELDSEAL_DEVICE_PROCESSES: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, "must be a number of processes, 1 to 999")
    .optional(),
  FIELDSEAL_SIGNING_CEILING: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, "must be a number of signatures per minute, 1 to 999999")
    .optional(),
});

const environment = variables.check(({ value, issues }) => {
  const ports: Record<string, number | undefined> = {
    FIELDSEAL_WEB_PORT: value.FIELDSEAL_WEB_PORT,
    FIELDSEAL_DEVICE_PORT: value.FIELDSEAL_DEVICE_PORT,
    FIELDSEAL_PUBLIC_PORT: value.FIELDSEAL_PUBLIC_PORT,
    FIELDSEAL_ADMIN_PORT: value.FIELDSEAL_ADMIN_PORT,
  };
  const seen = new Map<number, string>();
  for (const [name, number] of Object.entries(ports)) {
    if (number === undefined) continue;
    const other = seen.get(number);
    if (other) issues.push({ code: "custom", input: number, path: [name], message: `must differ from ${other}` });
    seen.set(number, name);
  }
});

export type Config = Readonly<{
  /** Null: the embedded PostgreSQL. */
  databaseUrl: string | null;
  dataDir: string;
  webPort: number;
  devicePort: number;
  publicPort: number;
  adminPort: number | null;
  host: string;
  publicUrl: string;
  consoleUrl: string;
  smtpUrl: string | null;
  mailFrom: string | null;
  kekFile: string;
  /** Serving processes of the device API; null: one per core. */
  deviceProcesses: string | null;
  /** Signatures per minute; null: the signer's own limit. */
  signingCeiling: string | null;
  /** What every part gets of our own environment. */
  inherited: Readonly<Record<string, string>>;
  isStartedByNpm: boolean;
}>;

const INHERITED = ["PATH", "HOME", "LANG", "TZ", "NODE_EXTRA_CA_CERTS"];

/** @throws Error that names every problem at once. Relative paths count from `root`, the clone. */
export function parseConfig(env: Environment, root: string): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join(".")} ${issue.message}`);
    throw new ConfigError(`Fieldseal cannot start with this configuration:\n${problems.join("\n")}`);
  }
  const { data } = parsed;
  const dataDir = path.resolve(root, data.FIELDSEAL_DATA_DIR);
  return Object.freeze({
    databaseUrl: data.DATABASE_URL ?? null,
    dataDir,
    webPort: data.FIELDSEAL_WEB_PORT,
    devicePort: data.FIELDSEAL_DEVICE_PORT,
    publicPort: data.FIELDSEAL_PUBLIC_PORT,
    adminPort: data.FIELDSEAL_ADMIN_PORT ?? null,
    host: data.FIELDSEAL_HOST,
    publicUrl: withoutSlash(
      data.FIELDSEAL_PUBLIC_URL ?? `http://${inUrl(data.FIELDSEAL_HOST)}:${data.FIELDSEAL_PUBLIC_PORT}`,
    ),
    consoleUrl: withoutSlash(data.FIELDSEAL_CONSOLE_URL ?? `http://localhost:${data.FIELDSEAL_WEB_PORT}`),
    smtpUrl: data.FIELDSEAL_SMTP_URL ?? null,
    mailFrom: data.FIELDSEAL_MAIL_FROM ?? null,
    kekFile: path.resolve(root, data.FIELDSEAL_KEK_FILE ?? path.join(dataDir, "kek")),
    deviceProcesses: data.FIELDSEAL_DEVICE_PROCESSES ?? null,
    signingCeiling: data.FIELDSEAL_SIGNING_CEILING ?? null,
    inherited: pick(env, INHERITED),
    isStartedByNpm: env.npm_lifecycle_event === "start",
  });
}

export class ConfigError extends OperatorError {
  override name = "ConfigError";
}

export function readConfig(root: string): Config {
  return parseConfig(process.env, root);
}

/** An IPv6 address stands in brackets inside a URL. */
export function inUrl(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}

function pick(env: Environment, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
