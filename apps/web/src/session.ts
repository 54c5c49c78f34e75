import "server-only";
import { roles, type Actor, type Role } from "@fieldseal/core/actor";
import { DomainError } from "@fieldseal/core/errors";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";

import { getAuth } from "./auth.ts";
import { getConsole, type Scope } from "./compose.ts";
import { listTrustedOrigins } from "./config.ts";

export type Person = Extract<Actor, { kind: "person" }> & { email: string };

const shared = globalThis as { fieldsealSetupComplete?: boolean };

/** Set-up never goes back, so "complete" is asked once per process. */
export async function isSetUp(): Promise<boolean> {
  if (shared.fieldsealSetupComplete) return true;
  const installation = await getConsole().reads.findInstallation();
  if (installation?.setupState !== "complete") return false;
  shared.fieldsealSetupComplete = true;
  return true;
}

/** Who is signed in, with role and sites as the database has them now; null when nobody, or when the account is disabled. */
export const findPerson = cache(async (): Promise<Person | null> => {
  const requestHeaders = await headers();
  const session = await getAuth().api.getSession({ headers: requestHeaders });
  if (!session) return null;
  const person = await getConsole().reads.findPerson(session.user.id);
  const role = roles.find((known): known is Role => known === person?.role);
  if (!person || person.disabledAt || !role) return null;
  return {
    kind: "person",
    id: session.user.id,
    name: person.name,
    email: person.email,
    role,
    siteIds: person.siteIds,
    sourceAddress: requestHeaders.get("x-real-peer"),
  };
});

/** For pages: sends to the sign-in, and from there back to exactly this address. */
export async function requirePerson(): Promise<Person> {
  const requestHeaders = await headers();
  if (!(await isSetUp())) redirect("/setup");
  const person = await findPerson();
  if (person) return person;
  const here = requestHeaders.get("x-fieldseal-path") ?? "/";
  redirect(here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`);
}

/** The sites whose records this person may see. */
export function scopeOf(person: Person): Scope {
  return person.siteIds.length > 0 ? person.siteIds : null;
}

/** Refuses what another site made the browser send. Next checks actions too; routes rely on this alone. */
export async function assertSameOrigin(): Promise<void> {
  const origin = (await headers()).get("origin");
  if (origin === null || !listTrustedOrigins(getConsole().config).includes(origin))
    throw new DomainError("actor-forbidden", "This request did not come from this console.");
}

/** For actions: the same person as in the page, or a refusal that a form can show. */
export async function requireActor(): Promise<Person> {
  await assertSameOrigin();
  const person = await findPerson();
  if (!person) throw new DomainError("actor-forbidden", "You are signed out. Sign in again; nothing was changed.");
  return person;
}
