"use client";

import { useState } from "react";

import { Glyph } from "./glyph.tsx";

export function CopyButton({ value, what, label }: { value: string; what: string; label?: string }) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setState("copied");
    } catch {
      setState("failed");
    }
    setTimeout(() => setState("idle"), 2_000);
  };
  const said = state === "copied" ? `Copied ${what}` : state === "failed" ? "The browser did not allow copying" : "";
  return (
    <>
      {label ? (
        <button type="button" className="btn s" onClick={() => void copy()}>
          {state === "copied" ? "Copied" : state === "failed" ? "Not copied" : label}
        </button>
      ) : (
        <button
          type="button"
          className="copy"
          onClick={() => void copy()}
          aria-label={`Copy ${what}`}
          title={`Copy ${what}`}
        >
          <Glyph name={state === "copied" ? "check" : "copy"} />
        </button>
      )}
      <output className="sr-only">{said}</output>
    </>
  );
}
