import { z } from "zod";

export const codeInput = z.object({ setupCode: z.string().trim().min(1, "Type the set-up code.").max(100) });

export const setupInput = codeInput.extend({
  organization: z
    .string()
    .trim()
    .min(1, "Name the organisation.")
    .max(48, "The organisation name has at most 48 characters."),
  adminName: z.string().trim().min(1, "Give your name.").max(80),
  adminEmail: z.email("This is not an e-mail address.").max(254),
  adminPassword: z.string().min(12, "The password needs at least 12 characters.").max(128),
  rootPassphrase: z.string().min(12, "The passphrase needs at least 12 characters.").max(1024),
});
