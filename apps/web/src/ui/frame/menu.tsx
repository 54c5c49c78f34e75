"use client";

import { useEffect, useRef, type ReactNode } from "react";

/** A disclosure that closes on Escape and on a click elsewhere. */
export function Menu({
  label,
  summary,
  className,
  children,
}: {
  label: string;
  summary: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const menu = details.current;
      if (!menu?.open) return;
      if (event instanceof KeyboardEvent) {
        if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
        menu.open = false;
        menu.querySelector("summary")?.focus();
        return;
      }
      if (!menu.contains(event.target as Node)) menu.open = false;
    };
    document.addEventListener("keydown", close);
    document.addEventListener("click", close);
    return () => {
      document.removeEventListener("keydown", close);
      document.removeEventListener("click", close);
    };
  }, []);
  return (
    <details ref={details} className="menu">
      <summary className={className} aria-label={label} title={label}>
        {summary}
      </summary>
      <div className="menu-pop">{children}</div>
    </details>
  );
}
