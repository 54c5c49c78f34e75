import "server-only";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";

import { getConsole } from "./compose.ts";
import { listTrustedOrigins, readConsoleSecret } from "./config.ts";

function create() {
  const { config, prisma } = getConsole();
  return betterAuth({
    baseURL: config.consoleUrl,
    trustedOrigins: listTrustedOrigins(config),
    secret: readConsoleSecret(config.dataDir),
    telemetry: { enabled: false },
    database: prismaAdapter(prisma, { provider: "postgresql" }),
    emailAndPassword: { enabled: true, minPasswordLength: 12, disableSignUp: true },
    session: { expiresIn: 8 * 3600, updateAge: 900 },
    // In the database, because routes do not share memory; on in every mode, because a guess costs the same in each.
    rateLimit: { enabled: true, storage: "database" },
    advanced: {
      cookiePrefix: "fieldseal",
      useSecureCookies: config.consoleUrl.startsWith("https:"),
      // Set by the custom server from the socket; what a client sends under this name is overwritten there.
      ipAddress: { ipAddressHeaders: ["x-real-peer"] },
    },
    user: {
      additionalFields: {
        role: { type: "string", required: false, input: false },
        siteIds: { type: "string[]", required: false, input: false },
        disabledAt: { type: "date", required: false, input: false },
      },
    },
  });
}

const shared = globalThis as { fieldsealAuth?: ReturnType<typeof create> };

export function getAuth(): ReturnType<typeof create> {
  shared.fieldsealAuth ??= create();
  return shared.fieldsealAuth;
}
