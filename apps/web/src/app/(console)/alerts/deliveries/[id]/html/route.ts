import { getConsole } from "@/compose.ts";
import { findPerson, scopeOf } from "@/session.ts";

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/**
 * The HTML part by itself. A srcdoc frame would inherit the page's policy and lose the mail's own styles; here a policy of its
 * own lets nothing run, nothing load and nothing navigate.
 */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params;
  const person = await findPerson();
  if (!person) return new Response("Sign in first.\n", { status: 401 });
  const mail = uuid.test(id) ? await getConsole().reads.findMail(id, scopeOf(person)) : null;
  if (!mail) return new Response("There is no such mail.\n", { status: 404 });
  return new Response(mail.htmlBody, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
      "cache-control": "no-store",
    },
  });
}
