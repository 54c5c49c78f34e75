// The supervisor with stand-ins for the parts. DUMMY_FAILS names a part that dies at once.
import path from "node:path";

import { createParts, type Parts, type PartsContext } from "../parts.ts";
import { supervise } from "../supervise.ts";

function createDummies(context: PartsContext): Parts {
  const parts = createParts(context);
  const failing = process.env.DUMMY_FAILS;
  const ports: Record<string, number> = { console: context.config.webPort, devices: context.config.devicePort };
  const dummy = <T extends { name: string; environment: Record<string, string> }>(part: T) => ({
    ...part,
    file: "apps/supervisor/src/testing/dummy-part.ts",
    environment: {
      ...part.environment,
      DUMMY_PORT: String(ports[part.name] ?? 0),
      ...(failing === part.name ? { DUMMY_FAILS: "1" } : {}),
    },
  });
  const { signer, devices, worker, console: web } = parts;
  return { signer: dummy(signer), devices: dummy(devices), worker: dummy(worker), console: dummy(web) };
}

const root = path.resolve(import.meta.dirname, "../../../..");
process.exit(await supervise({ root, createParts: createDummies }));
