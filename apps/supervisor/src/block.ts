import type { PreparedInstallation } from "@fieldseal/db/migrations/installation";

import { type Config, inUrl } from "./config.ts";
import { seconds } from "./screen.ts";

export type Running = { config: Config; installation: PreparedInstallation; records: string; tookMs: number };

/** The last thing `npm start` prints: where everything is and what to do next. */
export function runningBlock({ config, installation, records, tookMs }: Running): string {
  const { setupCode, publicUrl, hostName } = installation;
  const est = `https://${inUrl(hostName)}:${config.devicePort}/.well-known/est`;
  const rows: [string, string][] = [
    ["Console", config.consoleUrl],
    ["Device API", setupCode ? `${est}   (opens after set-up)` : est],
    ["Repository", publicUrl],
    ["Data", records.startsWith(config.dataDir) ? config.dataDir : `${config.dataDir}   (records: ${records})`],
    ...(setupCode ? setupRows(config, setupCode) : doneRows(config)),
  ];
  const lines = rows.map(([title, text]) => `  ${title.padEnd(13)}${text}`);
  return ["", `Fieldseal is running (${seconds(tookMs)})`, ...lines, ""].join("\n");
}

function setupRows({ consoleUrl }: Config, { code, expiresAt }: { code: string; expiresAt: Date }): [string, string][] {
  return [
    ["Set-up code", `${code}   valid until ${expiresAt.toISOString().slice(11, 16)} UTC`],
    ["Next", `open ${consoleUrl}/setup and enter the code,`],
    ["", "or run: npx fieldseal init --help"],
  ];
}

function doneRows({ consoleUrl }: Config): [string, string][] {
  return [
    ["Set-up", "complete"],
    ["Next", `sign in at ${consoleUrl}/sign-in`],
  ];
}

/** Null while configuration and issued certificates agree. */
export function addressWarning({ config, installation }: Pick<Running, "config" | "installation">): string | null {
  const { setupCode, hostName, publicUrl } = installation;
  if (setupCode || (hostName === config.host && publicUrl === config.publicUrl)) return null;
  return (
    `Warning: this installation was set up for ${hostName} and ${publicUrl}; FIELDSEAL_HOST and FIELDSEAL_PUBLIC_URL now say ` +
    `${config.host} and ${config.publicUrl}. Addresses in issued certificates do not change.`
  );
}
