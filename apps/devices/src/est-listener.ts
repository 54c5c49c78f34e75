import { createServer, type Server } from "node:https";

import { type createListener, createContinueListener } from "./serve.ts";

export type TlsMaterial = {
  /** Private key and chain, PEM. */
  keyPem: string;
  certificatePem: string;
  /** Accepted client issuers, PEM; named in the CertificateRequest (E6). */
  issuersPem: string[];
  /** Shared by all processes so that any of them resumes a session. */
  ticketKeys: Buffer;
};

const secureContextOf = ({ keyPem, certificatePem, issuersPem }: TlsMaterial) => ({
  key: keyPem,
  cert: certificatePem,
  ca: issuersPem,
  minVersion: "TLSv1.2" as const,
});

/**
 * HTTPS for devices (protocols.md E1-E14). A client certificate is asked for, never demanded, and never believed
 * because of the handshake: who a request comes from is decided from the records.
 */
export function createEstListener(material: TlsMaterial, listener: ReturnType<typeof createListener>): Server {
  const server = createServer(
    {
      ...secureContextOf(material),
      requestCert: true,
      rejectUnauthorized: false,
      ticketKeys: material.ticketKeys,
      ALPNProtocols: ["http/1.1"],
      handshakeTimeout: 10_000,
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      keepAliveTimeout: 75_000,
      maxHeaderSize: 16_384,
    },
    listener,
  );
  server.on("checkContinue", createContinueListener(listener));
  server.on("tlsClientError", () => undefined);
  server.on("error", () => undefined);
  return server;
}

/** New connections get the new certificate; open ones keep theirs (SIGHUP or renewal). */
export function reload(server: Server, material: TlsMaterial): void {
  server.setSecureContext(secureContextOf(material));
  server.setTicketKeys(material.ticketKeys);
}
