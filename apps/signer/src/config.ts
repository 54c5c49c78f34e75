import { z } from "zod";

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "DATABASE_URL must be a postgresql:// address" }),
  FIELDSEAL_SIGNER_SOCKET: z.string().min(1, "FIELDSEAL_SIGNER_SOCKET must name the Unix socket to listen on"),
  FIELDSEAL_KEK_FILE: z.string().min(1, "FIELDSEAL_KEK_FILE must name the file of the key-encryption key"),
  /** A compromised requester can misissue at most this much per minute, and every one is logged. */
  FIELDSEAL_SIGNING_CEILING: z.coerce.number().int().min(1).max(1_000_000).default(60_000),
});

export type Config = Readonly<{ databaseUrl: string; socketPath: string; kekFile: string; ceilingPerMinute: number }>;

/** Reads the environment once. @throws Error naming every problem at once */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = schema.safeParse(env);
  if (!parsed.success)
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
  const { DATABASE_URL, FIELDSEAL_SIGNER_SOCKET, FIELDSEAL_KEK_FILE, FIELDSEAL_SIGNING_CEILING } = parsed.data;
  return Object.freeze({
    databaseUrl: DATABASE_URL,
    socketPath: FIELDSEAL_SIGNER_SOCKET,
    kekFile: FIELDSEAL_KEK_FILE,
    ceilingPerMinute: FIELDSEAL_SIGNING_CEILING,
  });
}
