import { z } from "zod";

export const publishInput = z.object({ authorityId: z.string().min(1).max(64) });
