"use client";

import { useEffect, useRef } from "react";

import { Glyph } from "../glyph.tsx";

/** A plain form; the keys only bring the focus here. */
export function SearchBox({ isWide = false }: { isWide?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isWide) return;
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const isTyping = target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
      const isPalette = event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey);
      const isSlash = event.key === "/" && !isTyping && !event.metaKey && !event.ctrlKey && !event.altKey;
      if (!isPalette && !isSlash) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [isWide]);
  return (
    <form className={isWide ? "find wide" : "find"} aria-label="Search everything" action="/search">
      <Glyph name="search" />
      <input
        ref={input}
        name="q"
        type="search"
        required
        maxLength={8000}
        autoComplete="off"
        spellCheck={false}
        aria-label="Search device, serial, fingerprint, or paste a PEM"
        placeholder="Search device, serial, fingerprint, or paste a PEM"
      />
      {!isWide && (
        <span className="kbd" aria-hidden="true">
          /
        </span>
      )}
    </form>
  );
}
