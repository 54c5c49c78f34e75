import { encodePem } from "@fieldseal/pki/pem";

import { getConsole } from "@/compose.ts";
import { findPerson, scopeOf } from "@/session.ts";

const kinds = {
  pem: "certificate.pem",
  chain: "certificate-and-chain.pem",
  "chain-only": "chain.pem",
  der: "certificate.cer",
} as const;

export async function GET(
  _request: Request,
  { params }: { params: Promise<{ id: string; kind: string }> },
): Promise<Response> {
  const { id, kind } = await params;
  const person = await findPerson();
  if (!person) return new Response("Sign in first.\n", { status: 401 });
  const { reads } = getConsole();
  const [found] = await reads.findCertificateIds(id, scopeOf(person));
  const certificate = found ? await reads.findCertificate(found) : null;
  if (!certificate?.der || !Object.hasOwn(kinds, kind))
    return new Response("There is no such file.\n", { status: 404 });
  const chain = kind === "chain" || kind === "chain-only" ? await reads.listChain(certificate.authorityId) : [];
  const pems = [
    ...(kind === "chain-only" ? [] : [encodePem("CERTIFICATE", certificate.der)]),
    ...chain
      .filter(({ role }) => role !== "root" || kind === "chain-only")
      .map(({ certificateDer }) => encodePem("CERTIFICATE", certificateDer)),
  ];
  // The name of the file is ours: a common name is somebody else's text.
  const name = `${certificate.serialNumberHex.slice(0, 16)}-${kinds[kind as keyof typeof kinds]}`;
  return new Response(kind === "der" ? new Uint8Array(certificate.der) : pems.join(""), {
    headers: {
      "content-type": kind === "der" ? "application/pkix-cert" : "application/x-pem-file",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });
}
