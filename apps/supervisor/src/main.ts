// `npm start`: the supervisor of all processes of one installation.
import path from "node:path";

import { createParts } from "./parts.ts";
import { supervise } from "./supervise.ts";

const root = path.resolve(import.meta.dirname, "../../..");
process.exit(await supervise({ root, createParts }));
