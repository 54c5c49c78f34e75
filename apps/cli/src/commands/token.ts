import { createCreateToken } from "@fieldseal/core/inventory/create-token";
import { createRevokeTokens } from "@fieldseal/core/inventory/revoke-tokens";

import type { Command } from "../command.ts";
import { shortTime } from "../table.ts";

const create: Command = {
  name: "token create",
  arguments: ["<device-id>"],
  summary: "Print a new one-time enrolment token; older unused ones become void",
  options: {},
  async run({ actor, records, random }, input) {
    const result = await createCreateToken({ records, random })({ actor, deviceId: input.arguments[0] ?? "" });
    return {
      json: { ...result, expiresAt: result.expiresAt.toISOString() },
      text: `Token  ${result.enrollmentToken}\n       shown once; good for one certificate until ${shortTime(result.expiresAt)}`,
    };
  },
};

const revoke: Command = {
  name: "token revoke",
  arguments: ["<device-id>"],
  summary: "Make the unused enrolment tokens of a device void",
  options: {},
  async run({ actor, records }, input) {
    const result = await createRevokeTokens({ records })({ actor, deviceId: input.arguments[0] ?? "" });
    return { json: result, text: `${result.voided} unused token of ${result.deviceId} is void.` };
  },
};

export const tokenCommands: readonly Command[] = [create, revoke];
