import type { ReactNode } from "react";
import { Suspense } from "react";

import { getFormat, getPreferences } from "@/preferences.ts";
import { requirePerson } from "@/session.ts";
import { ConsoleClock } from "@/ui/frame/console-clock.tsx";
import { Navigation } from "@/ui/frame/navigation.tsx";
import { PersonMenu } from "@/ui/frame/person-menu.tsx";
import { SearchBox } from "@/ui/frame/search-box.tsx";
import { SystemPill } from "@/ui/frame/system-pill.tsx";
import { Link } from "@/ui/link.tsx";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  // For the frame only; every page asks again for itself.
  const person = await requirePerson();
  const [preferences, format] = await Promise.all([getPreferences(), getFormat()]);
  return (
    <div className="frame">
      <header className="top">
        <a className="skip" href="#main">
          Skip to content
        </a>
        <Link className="mark" href="/">
          <i aria-hidden="true" />
          Fieldseal
        </Link>
        <SearchBox />
        <div className="top-end">
          <Suspense fallback={<span className="pill quiet">checking…</span>}>
            <SystemPill />
          </Suspense>
          <ConsoleClock
            initial={format.clock(format.now)}
            label={format.zoneLabel}
            zone={preferences.zone}
            serverNow={format.now.getTime()}
          />
          <PersonMenu
            name={person.name}
            email={person.email}
            role={person.role}
            theme={preferences.theme}
            density={preferences.density}
          />
        </div>
      </header>
      <nav className="side" aria-label="Main">
        <Navigation />
      </nav>
      <main className="main" id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
