"use client";

import { useEffect, useState } from "react";

import { Glyph } from "./glyph.tsx";
import type { GlyphName } from "./sprite.tsx";

export type Progress = {
  waitingSince: string | null;
  requested: string | null;
  refusal: string | null;
  issued: string | null;
  firstSeen: string | null;
};

const pollMs = 2_000;

function Step({ state, title, note }: { state: "done" | "run" | "todo" | "owed"; title: string; note: string }) {
  const glyphs: Record<typeof state, GlyphName> = {
    done: "check",
    run: "in-renewal-window",
    todo: "awaiting",
    owed: "renewal-overdue",
  };
  return (
    <li className={`${state} ${state === "done" ? "" : "open"}`}>
      <Glyph name={glyphs[state]} />
      <b>{title}</b>
      <span>{note}</span>
    </li>
  );
}

/** Waiting → request received → issued → first connection, as it happens. */
export function LiveLine({ deviceId }: { deviceId: string }) {
  const [progress, setProgress] = useState<Progress | null>(null);
  const [isLost, setLost] = useState(false);
  const isFinished = Boolean(progress?.firstSeen);
  useEffect(() => {
    if (isFinished) return;
    const stop = new AbortController();
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        const answer = await fetch(`/devices/${encodeURIComponent(deviceId)}/progress`, { signal: stop.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        setProgress((await answer.json()) as Progress);
        setLost(false);
      } catch {
        if (!stop.signal.aborted) setLost(true);
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), pollMs);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [deviceId, isFinished]);
  const { requested = null, refusal = null, issued = null, firstSeen = null, waitingSince = null } = progress ?? {};
  return (
    <section className="panel" aria-label="Progress of the enrolment" aria-live="polite">
      <ol className="steps">
        <Step state="done" title="Registered" note={waitingSince ? `waiting since ${waitingSince}` : "waiting"} />
        <Step
          state={requested ? (refusal && !issued ? "owed" : "done") : "run"}
          title={refusal && !issued ? "Request refused" : "Request received"}
          note={
            refusal && !issued
              ? refusal
              : (requested ?? (isLost ? "cannot tell now, asking again" : "nothing received yet"))
          }
        />
        <Step
          state={issued ? "done" : requested && !refusal ? "run" : "todo"}
          title="Issued"
          note={issued ?? "not yet"}
        />
        <Step
          state={firstSeen ? "done" : issued ? "run" : "todo"}
          title="First connection"
          note={firstSeen ?? (issued ? "not seen yet; it shows at the first renewal or status call" : "not yet")}
        />
      </ol>
    </section>
  );
}
