import type { ReactNode } from "react";

import { Glyph } from "@/ui/glyph.tsx";

const steps = [
  { name: "Claim", time: "1 min" },
  { name: "Root CA", time: "2 min" },
  { name: "Review", time: "30 s" },
  { name: "First device", time: "2 min" },
];

/** Left: the steps with their state; right: one of them. */
export function SetupFrame({ step, children }: { step: number; children: ReactNode }) {
  return (
    <div className="page-plain">
      <header className="top">
        <span className="mark">
          <i aria-hidden="true" />
          Fieldseal
        </span>
      </header>
      <div className="setup">
        <nav className="setup-nav" aria-label="Steps">
          <h1>Set up</h1>
          <p className="meta">{steps.length} steps, about 6 min.</p>
          <ol>
            {steps.map(({ name, time }, index) => (
              <li
                key={name}
                className={index < step ? "done" : index > step ? "todo" : undefined}
                aria-current={index === step ? "step" : undefined}
              >
                <Glyph name={index < step ? "check" : index === step ? "in-renewal-window" : "awaiting"} />
                <span>
                  {index} {name}
                </span>
                <span>{index < step ? "done" : time}</span>
              </li>
            ))}
          </ol>
        </nav>
        <main className="setup-main">{children}</main>
      </div>
    </div>
  );
}
