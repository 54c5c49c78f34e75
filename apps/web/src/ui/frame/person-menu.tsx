"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";

import { showHidden } from "../../hostile-text.ts";
import { Glyph } from "../glyph.tsx";
import { keepPreference } from "./cookie.ts";
import { Menu } from "./menu.tsx";
import { Navigation } from "./navigation.tsx";
import { SearchBox } from "./search-box.tsx";

const themes = ["system", "light", "dark"] as const;
const densities = ["compact", "default", "comfortable"] as const;
const roleNames: Readonly<Record<string, string>> = {
  owner: "Owner",
  "ca-officer": "CA officer",
  security: "Security",
  operator: "Operator",
  auditor: "Auditor",
};

type Props = { name: string; email: string; role: string; theme: string; density: string };

function Choice(props: { name: string; options: readonly string[]; value: string; choose: (value: string) => void }) {
  return (
    <div className="row">
      <span id={`choice-${props.name}`}>{props.name}</span>
      <fieldset className="seg" aria-labelledby={`choice-${props.name}`}>
        {props.options.map((option) => (
          <button key={option} type="button" aria-pressed={option === props.value} onClick={() => props.choose(option)}>
            {option}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

export function PersonMenu(props: Props) {
  const router = useRouter();
  const [theme, setTheme] = useState(props.theme);
  const [density, setDensity] = useState(props.density);
  const initials = props.name
    .split(/[\s.@_-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? "")
    .join("");
  const chooseTheme = (value: string) => {
    setTheme(value);
    keepPreference("theme", value);
    if (value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = value;
  };
  const chooseDensity = (value: string) => {
    setDensity(value);
    keepPreference("density", value);
    if (value === "default") delete document.documentElement.dataset.density;
    else document.documentElement.dataset.density = value;
  };
  const signOut = async () => {
    await fetch("/api/auth/sign-out", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    router.refresh();
    window.location.assign("/sign-in");
  };
  return (
    <Menu
      label="Menu, display and sign-out"
      summary={
        <>
          <span className="ini only-l">{initials}</span>
          <span className="btn icon quiet only-s">
            <Glyph name="menu" />
          </span>
        </>
      }
    >
      <div className="menu-nav only-s">
        <SearchBox isWide />
        <Navigation />
      </div>
      <div className="who">
        <b>
          <bdi>{showHidden(props.name)}</bdi>
        </b>
        <div className="meta">
          {roleNames[props.role] ?? props.role} · <bdi>{showHidden(props.email)}</bdi>
        </div>
      </div>
      <Choice name="Theme" options={themes} value={theme} choose={chooseTheme} />
      <Choice name="Rows" options={densities} value={density} choose={chooseDensity} />
      <button type="button" className="item" onClick={() => void signOut()}>
        Sign out
      </button>
    </Menu>
  );
}
