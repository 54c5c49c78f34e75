"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";

import { keepPreference } from "./cookie.ts";

// oxlint-disable-next-line no-restricted-properties -- the clock of the browser is what is compared here
const browserNow = () => Date.now();

type Props = { initial: string; label: string; zone: string; serverNow: number };

/** Shows and switches the zone of every time on the page. */
export function ConsoleClock({ initial, label, zone, serverNow }: Props) {
  const router = useRouter();
  const [time, setTime] = useState(initial);
  const [skewMs, setSkewMs] = useState(0);
  useEffect(() => {
    // Certificates are judged by the server's clock; a browser that is off would show wrong remaining times.
    const offset = browserNow() - serverNow;
    const tick = () => {
      setSkewMs(offset);
      setTime(
        new Intl.DateTimeFormat("en-GB", {
          timeZone: zone,
          hour: "2-digit",
          minute: "2-digit",
          hourCycle: "h23",
        }).format(new Date(browserNow() - offset)),
      );
    };
    const first = requestAnimationFrame(tick);
    const timer = setInterval(tick, 5_000);
    return () => {
      cancelAnimationFrame(first);
      clearInterval(timer);
    };
  }, [serverNow, zone]);
  const toggle = () => {
    keepPreference("zone", zone === "UTC" ? Intl.DateTimeFormat().resolvedOptions().timeZone : "UTC");
    router.refresh();
  };
  const isOff = Math.abs(skewMs) > 60_000;
  return (
    <button
      type="button"
      className="clock"
      onClick={toggle}
      title={zone === "UTC" ? "Show all times in the zone of this computer" : "Show all times in UTC"}
    >
      {label} <b>{time}</b>
      {isOff && (
        <span className="warn">
          this computer is {Math.round(Math.abs(skewMs) / 60_000)} min {skewMs > 0 ? "ahead" : "behind"}
        </span>
      )}
    </button>
  );
}
