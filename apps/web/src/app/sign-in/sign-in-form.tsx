"use client";

import { useState, type FormEvent } from "react";

import { Glyph } from "@/ui/glyph.tsx";

import { signIn } from "./sign-in.ts";

const textOf = (form: FormData, name: string) => {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
};

export function SignInForm({ next }: { next: string }) {
  const [refusal, setRefusal] = useState("");
  const [isPending, setPending] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setPending(true);
    const answer = await signIn(textOf(form, "email"), textOf(form, "password"));
    if (answer === null) {
      window.location.assign(next);
      return;
    }
    setRefusal(answer);
    setPending(false);
  };
  return (
    <form className="grid gap-4" onSubmit={(event) => void submit(event)}>
      <label className="field">
        <span>E-mail</span>
        <input className="input" name="email" type="email" autoComplete="username" required />
      </label>
      <label className="field">
        <span>Password</span>
        <input className="input" name="password" type="password" autoComplete="current-password" required />
      </label>
      {refusal && (
        <p className="refusal" role="alert">
          <Glyph name="expiring" />
          <span>{refusal}</span>
        </p>
      )}
      <button type="submit" className="btn primary" disabled={isPending}>
        {isPending ? "Signing in" : "Sign in"}
      </button>
    </form>
  );
}
