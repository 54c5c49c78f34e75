import "server-only";
import { cookies } from "next/headers";
import { cache } from "react";

import { getConsole } from "./compose.ts";
import { createFormat, type Format } from "./format.ts";

export const themes = ["system", "light", "dark"] as const;
export const densities = ["compact", "default", "comfortable"] as const;

const pick = <T extends string>(known: readonly T[], value: string | undefined, otherwise: T): T =>
  known.find((one) => one === value) ?? otherwise;

function knownZone(zone: string | undefined): string {
  if (!zone || zone.length > 64) return "UTC";
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

export const getPreferences = cache(async () => {
  const jar = await cookies();
  return {
    theme: pick(themes, jar.get("fieldseal_theme")?.value, "system"),
    density: pick(densities, jar.get("fieldseal_density")?.value, "default"),
    zone: knownZone(decodeURIComponent(jar.get("fieldseal_zone")?.value ?? "")),
  };
});

/** One `now` and one zone for a whole page. */
export const getFormat = cache(async (): Promise<Format> => {
  const { zone } = await getPreferences();
  return createFormat({ now: getConsole().clock.now(), zone });
});
