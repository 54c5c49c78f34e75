import { encodePem } from "@fieldseal/pki/pem";

import { getConsole } from "@/compose.ts";
import { decodeParam } from "@/route-param.ts";
import { findPerson } from "@/session.ts";

export async function GET(
  _request: Request,
  { params }: { params: Promise<{ id: string; kind: string }> },
): Promise<Response> {
  const { id, kind } = await params;
  if (!(await findPerson())) return new Response("Sign in first.\n", { status: 401 });
  const authority = await getConsole().reads.findAuthority(decodeParam(id));
  if (!authority || (kind !== "pem" && kind !== "der"))
    return new Response("There is no such file.\n", { status: 404 });
  const isPem = kind === "pem";
  return new Response(
    isPem ? encodePem("CERTIFICATE", authority.certificateDer) : new Uint8Array(authority.certificateDer),
    {
      headers: {
        "content-type": isPem ? "application/x-pem-file" : "application/pkix-cert",
        "content-disposition": `attachment; filename="${authority.id}.${isPem ? "pem" : "cer"}"`,
      },
    },
  );
}
