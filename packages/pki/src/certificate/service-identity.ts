import { parseIpAddress } from "../ip-address.ts";
import type { Identity } from "./names.ts";

/** Names of the platform's own TLS servers: the host that it is called by, and loopback for health checks. */
export function serviceIdentityOf(hostName: string, organization: string | null): Identity {
  const isAddress = parseIpAddress(hostName) !== null;
  return {
    deviceId: hostName,
    organization,
    dnsNames: [...new Set([...(isAddress ? [] : [hostName]), "localhost"])],
    ipAddresses: [...new Set([...(isAddress ? [hostName] : []), "127.0.0.1", "::1"])],
    applicationUri: null,
  };
}
