import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { findPerson, isSetUp } from "@/session.ts";

import { safeNext } from "./next-path.ts";
import { SignInForm } from "./sign-in-form.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = safeNext((await searchParams).next);
  if (!(await isSetUp())) redirect("/setup");
  if (await findPerson()) redirect(next);
  return (
    <main className="narrow">
      <div className="mark mb-6 border-0 px-0">
        <i aria-hidden="true" />
        Fieldseal
      </div>
      <h1 className="mb-4">Sign in</h1>
      <SignInForm next={next} />
    </main>
  );
}
