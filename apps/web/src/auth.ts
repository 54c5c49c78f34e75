import "server-only";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { createAuthMiddleware, getSessionFromCtx } from "better-auth/api";

import { getConsole } from "./compose.ts";
import { listTrustedOrigins, readConsoleSecret } from "./config.ts";

const addressOf = (headers: Headers | undefined) => headers?.get("x-real-peer") ?? null;

/** Sign-ins, refused ones too, belong into the audit log; what the limiter refuses never comes this far. */
const recordSignIn = createAuthMiddleware(async ({ path, context, body, headers }) => {
  if (path !== "/sign-in/email") return;
  const userId = context.newSession?.user.id ?? null;
  const email: unknown = (body as { email?: unknown } | undefined)?.email;
  await getConsole().recordSignIn({
    action: "session.sign-in",
    outcome: userId === null ? "refused" : "done",
    userId,
    claimedEmail: userId === null && typeof email === "string" ? email : null,
    sourceAddress: addressOf(headers),
  });
});

/** Before, because afterwards nobody knows whose session it was. */
const recordSignOut = createAuthMiddleware(async (request) => {
  if (request.path !== "/sign-out") return;
  const session = await getSessionFromCtx(request);
  if (!session) return;
  await getConsole().recordSignIn({
    action: "session.sign-out",
    outcome: "done",
    userId: session.user.id,
    claimedEmail: null,
    sourceAddress: addressOf(request.headers),
  });
});

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
    hooks: { before: recordSignOut, after: recordSignIn },
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
