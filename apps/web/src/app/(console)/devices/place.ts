import "server-only";
import { encodePem } from "@fieldseal/pki/pem";

import type { EnrolmentPlace } from "@/commands.ts";
import { getConsole } from "@/compose.ts";

/** Where devices enrol, and what they trust before they do. */
export async function loadPlace(): Promise<EnrolmentPlace & { issuers: string[] }> {
  const { config, reads } = getConsole();
  const [installation, authorities] = await Promise.all([reads.findInstallation(), reads.listAuthorities()]);
  const root = authorities.find(({ role, state }) => role === "root" && state === "active");
  return {
    estUrl: `https://${installation?.hostName ?? config.host}:${config.devicePort}/.well-known/est`,
    publicUrl: (installation?.publicUrl ?? config.publicUrl).replace(/\/$/, ""),
    rootPem: root ? encodePem("CERTIFICATE", root.certificateDer) : "",
    rootSha256Hex: root?.sha256Hex ?? "",
    issuers: authorities.filter(({ state }) => state === "active").map(({ id }) => id),
  };
}
