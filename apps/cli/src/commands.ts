import type { Command } from "./command.ts";
import { auditCommands } from "./commands/audit.ts";
import { authorityCommands } from "./commands/authority.ts";
import { certificateCommands } from "./commands/certificate.ts";
import { crlCommands } from "./commands/crl.ts";
import { deviceCommands } from "./commands/device.ts";
import { jobCommands } from "./commands/job.ts";
import { laterCommands } from "./commands/later.ts";
import { setupCommands } from "./commands/setup.ts";
import { tokenCommands } from "./commands/token.ts";

export const commands: readonly Command[] = [
  ...setupCommands,
  ...deviceCommands,
  ...tokenCommands,
  ...certificateCommands,
  ...authorityCommands,
  ...crlCommands,
  ...jobCommands,
  ...auditCommands,
  ...laterCommands,
];
