import { toNextJsHandler } from "better-auth/next-js";

import { getAuth } from "@/auth.ts";

export const { GET, POST } = toNextJsHandler((request: Request) => getAuth().handler(request));
