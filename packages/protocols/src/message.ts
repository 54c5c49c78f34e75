/** A request as an edge hands it over: framework-free, body already read within the limit. */
export type ProtocolRequest = {
  method: string;
  /** Path without query, undecoded. */
  path: string;
  /** Names in lower case; repeated headers joined by the server. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
  sourceAddress: string | null;
  /** Leaf of the TLS client certificate (DER), or null. */
  clientCertificateDer: Uint8Array | null;
};

/** Header names are written as given: some EST clients compare them with their usual capitals (protocols.md 0.3). */
export type ProtocolResponse = {
  status: number;
  headers: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
};

/** Largest request body of any device protocol: a CSR with a 4096-bit key is 1.5 KB (RFC 7030 sets no limit). */
export const maxBodyBytes = 64 * 1024;

const empty = new Uint8Array(0);

export function emptyResponse(status: number, headers: ProtocolResponse["headers"] = []): ProtocolResponse {
  return { status, headers, body: empty };
}

/** One sentence for the log of the device. */
export function textResponse(
  status: number,
  text: string,
  headers: ProtocolResponse["headers"] = [],
): ProtocolResponse {
  return {
    status,
    headers: [["Content-Type", "text/plain; charset=utf-8"], ...headers],
    body: new TextEncoder().encode(`${text}\n`),
  };
}
