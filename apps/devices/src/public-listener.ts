import { createServer, type Server } from "node:http";

import type { createListener } from "./serve.ts";

/** Plain HTTP by design: fetching a CRL over TLS would need a CRL (RFC 5280 8). */
export function createPublicListener(listener: ReturnType<typeof createListener>): Server {
  return createServer(
    { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 15_000, maxHeaderSize: 16_384 },
    listener,
  );
}
