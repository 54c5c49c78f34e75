import type { ProcessName } from "@fieldseal/db/roles";

import type { Config } from "./config.ts";
import type { PartSpec } from "./part.ts";

export type PartsContext = { config: Config; urls: Record<ProcessName, string>; signerSocket: string };

/** In the order of their start: the signer first, then the others together. They stop the other way round. */
export type Parts = { signer: PartSpec; devices: PartSpec; worker: PartSpec; console: PartSpec };

/** Each part gets what it needs and no more: the key-encryption key is the signer's alone, the mail server the worker's. */
export function createParts({ config, urls, signerSocket }: PartsContext): Parts {
  const base = (name: ProcessName) => ({
    ...baseOf(config),
    FIELDSEAL_SIGNER_SOCKET: signerSocket,
    DATABASE_URL: urls[name],
  });
  const addresses = addressesOf(config);
  return {
    signer: {
      name: "signer",
      title: "signer",
      file: "apps/signer/src/main.ts",
      flags: ["--disable-sigusr1"], // no debugger may be opened on the process that holds the keys
      environment: {
        ...base("signer"),
        FIELDSEAL_KEK_FILE: config.kekFile,
        ...optional({ FIELDSEAL_SIGNING_CEILING: config.signingCeiling }),
      },
    },
    devices: {
      name: "devices",
      title: "device API",
      file: "apps/devices/src/main.ts",
      environment: {
        ...base("devices"),
        ...addresses,
        ...optional({
          FIELDSEAL_ADMIN_PORT: config.adminPort?.toString() ?? null,
          FIELDSEAL_DEVICE_PROCESSES: config.deviceProcesses,
        }),
      },
    },
    worker: {
      name: "worker",
      title: "worker",
      file: "apps/worker/src/main.ts",
      environment: { ...base("worker"), ...mailOf(config) },
    },
    console: {
      name: "console",
      title: "console",
      file: "apps/web/server/main.ts",
      environment: {
        ...base("console"),
        ...addresses,
        FIELDSEAL_WEB_PORT: String(config.webPort),
        FIELDSEAL_CONSOLE_URL: config.consoleUrl,
      },
    },
  };
}

function baseOf({ inherited, dataDir }: Config): Record<string, string> {
  return { ...inherited, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", FIELDSEAL_DATA_DIR: dataDir };
}

function addressesOf(config: Config): Record<string, string> {
  return {
    FIELDSEAL_HOST: config.host,
    FIELDSEAL_PUBLIC_URL: config.publicUrl,
    FIELDSEAL_DEVICE_PORT: String(config.devicePort),
    FIELDSEAL_PUBLIC_PORT: String(config.publicPort),
  };
}

function mailOf(config: Config): Record<string, string> {
  return {
    FIELDSEAL_HOST: config.host,
    FIELDSEAL_CONSOLE_URL: config.consoleUrl,
    ...optional({ FIELDSEAL_SMTP_URL: config.smtpUrl, FIELDSEAL_MAIL_FROM: config.mailFrom }),
  };
}

function optional(values: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
