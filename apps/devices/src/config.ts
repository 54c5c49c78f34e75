import { availableParallelism } from "node:os";
import path from "node:path";

import { z } from "zod";

const port = (name: string, fallback: number) =>
  z.coerce
    .number({ error: `${name} must be a port number` })
    .int()
    .min(1)
    .max(65_535)
    .default(fallback);

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "DATABASE_URL must be a postgresql:// address" }),
  FIELDSEAL_SIGNER_SOCKET: z.string().min(1, "FIELDSEAL_SIGNER_SOCKET must name the Unix socket of the signer"),
  FIELDSEAL_DATA_DIR: z.string().min(1).default(".fieldseal"),
  FIELDSEAL_DEVICE_PORT: port("FIELDSEAL_DEVICE_PORT", 8443),
  FIELDSEAL_PUBLIC_PORT: port("FIELDSEAL_PUBLIC_PORT", 8080),
  /** Loopback only: /metrics, /healthz, /readyz. */
  FIELDSEAL_ADMIN_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  FIELDSEAL_DEVICE_PROCESSES: z.coerce.number().int().min(1).max(256).optional(),
});

export type Config = Readonly<{
  databaseUrl: string;
  signerSocket: string;
  dataDir: string;
  devicePort: number;
  publicPort: number;
  adminPort: number | null;
  processes: number;
}>;

/** Reads the environment once. @throws Error naming every problem at once */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = schema.safeParse(env);
  if (!parsed.success)
    throw new Error(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n"));
  const value = parsed.data;
  return Object.freeze({
    databaseUrl: value.DATABASE_URL,
    signerSocket: value.FIELDSEAL_SIGNER_SOCKET,
    dataDir: path.resolve(value.FIELDSEAL_DATA_DIR),
    devicePort: value.FIELDSEAL_DEVICE_PORT,
    publicPort: value.FIELDSEAL_PUBLIC_PORT,
    adminPort: value.FIELDSEAL_ADMIN_PORT ?? null,
    processes: value.FIELDSEAL_DEVICE_PROCESSES ?? availableParallelism(),
  });
}
