import { isIP } from "node:net";

import { isMailAddress } from "@fieldseal/core/mail-address";
import { z } from "zod";

export type Config = Readonly<{
  databaseUrl: string;
  signerSocket: string;
  /** Null: no mail server; mails land in the mailbox page of the console. */
  smtpUrl: string | null;
  mailFrom: string;
  /** Right-hand side of Message-ID. */
  mailDomain: string;
  consoleUrl: string;
}>;

/** Every problem of the environment in one message, so that nobody starts five times to find five of them. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const urlOf = (protocols: readonly string[], example: string) =>
  z.string().refine((text) => {
    const url = URL.parse(text);
    return url !== null && protocols.includes(url.protocol) && url.hostname !== "";
  }, `must look like ${example}`);

const environment = z.object({
  DATABASE_URL: z
    .string({ error: "is missing" })
    .refine(
      (text) => /^postgres(?:ql)?:/.test(URL.parse(text)?.protocol ?? ""),
      "must look like postgresql://user@host/name",
    ),
  FIELDSEAL_SIGNER_SOCKET: z.string({ error: "is missing" }),
  FIELDSEAL_SMTP_URL: urlOf(
    ["smtp:", "smtps:"],
    "smtp://mail.example:587 or smtps://user:password@mail.example",
  ).optional(),
  FIELDSEAL_MAIL_FROM: z
    .string()
    .refine(isMailAddress, "must be one plain address, like fieldseal@example.com")
    .optional(),
  FIELDSEAL_HOST: z
    .string()
    .regex(/^[a-z0-9.:-]+$/i, "must be a host name or an address")
    .default("localhost"),
  FIELDSEAL_CONSOLE_URL: urlOf(["http:", "https:"], "https://console.example").default("http://localhost:3000"),
});

/** @throws ConfigError naming every variable that is wrong. Never shows a value: it may hold a password. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    throw new ConfigError(`The worker cannot start: ${problems.join("; ")}.`);
  }
  const { data } = parsed;
  const mailDomain = toMailDomain(data.FIELDSEAL_HOST);
  return Object.freeze({
    databaseUrl: data.DATABASE_URL,
    signerSocket: data.FIELDSEAL_SIGNER_SOCKET,
    smtpUrl: data.FIELDSEAL_SMTP_URL ?? null,
    mailFrom: data.FIELDSEAL_MAIL_FROM ?? `fieldseal@${mailDomain}`,
    mailDomain,
    consoleUrl: data.FIELDSEAL_CONSOLE_URL.replace(/\/+$/, ""),
  });
}

/** RFC 5321 4.1.3: an address stands in brackets where a domain is expected. */
function toMailDomain(host: string): string {
  const version = isIP(host);
  if (version === 0) return host;
  return version === 4 ? `[${host}]` : `[IPv6:${host}]`;
}

export const readConfig = (): Config => parseConfig(process.env);
