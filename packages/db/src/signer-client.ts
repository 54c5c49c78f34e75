import { connect } from "node:net";

import { DomainError, type DomainErrorCode } from "@fieldseal/core/errors";
import type { SignerPort } from "@fieldseal/core/ports";

type Answer = { ok: true; result: Record<string, string> } | { ok: false; code: string; detail: string };

const maxAnswerBytes = 64 * 1024 * 1024;
const timeoutMs = 30_000;

/** Faults that the signer names itself; anything else is an outage of ours. */
const passedThrough: Partial<Record<string, DomainErrorCode>> = {
  "passphrase-wrong": "passphrase-invalid",
  "authority-sealed": "authority-sealed",
  "already-initialised": "already-initialised",
};

function exchange(socketPath: string, request: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath, () => socket.write(`${JSON.stringify(request)}\n`));
    const chunks: Buffer[] = [];
    let size = 0;
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error("the signer did not answer in time")));
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      size += chunk.length;
      if (size > maxAnswerBytes) return socket.destroy(new Error("the signer's answer is too long"));
      chunks.push(chunk);
    });
    socket.on("close", () => {
      try {
        // The signer is our own process behind a 0600 socket: its answers have this shape or are cut off.
        resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")) as Answer);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

/** One short connection per request: a signer that was restarted is simply reached again. */
export function createSignerClient(socketPath: string): SignerPort {
  async function ask(request: object): Promise<Record<string, string>> {
    const answer = await exchange(socketPath, request).catch((cause: unknown) => {
      throw new DomainError("signer-unavailable", "The signer does not answer. Try again in a minute.", { cause });
    });
    if (answer.ok) return answer.result;
    const code = passedThrough[answer.code] ?? "signer-unavailable";
    throw new DomainError(code, answer.detail, { cause: new Error(`${answer.code}: ${answer.detail}`) });
  }
  const der = (result: Record<string, string>) => new Uint8Array(Buffer.from(result["der"] ?? "", "base64"));
  return {
    signCertificate: async (certificateId) => der(await ask({ op: "sign-certificate", certificateId })),
    signCrl: async (crlId, rootPassphrase) =>
      der(await ask({ op: "sign-crl", crlId, ...(rootPassphrase === undefined ? {} : { rootPassphrase }) })),
    async runFirstCeremony({ ceremonyId, rootPassphrase }) {
      const result = await ask({ op: "first-ceremony", ceremonyId, rootPassphrase });
      return {
        rootAuthorityId: result["rootAuthorityId"] ?? "",
        issuingAuthorityId: result["issuingAuthorityId"] ?? "",
        rootSha256Hex: result["rootSha256Hex"] ?? "",
      };
    },
  };
}
