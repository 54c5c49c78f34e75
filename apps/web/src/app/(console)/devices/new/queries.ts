import "server-only";
import { getConsole } from "@/compose.ts";
import { requirePerson, scopeOf } from "@/session.ts";

import type { ProfileChoice } from "../add-device-form.tsx";
import { loadPlace } from "../place.ts";

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

export async function loadAddDevice() {
  const scope = scopeOf(await requirePerson());
  const { reads } = getConsole();
  const [place, sites, profiles] = await Promise.all([loadPlace(), reads.listSites(scope), reads.listProfiles()]);
  const choices: ProfileChoice[] = profiles
    .filter(({ config }) => config.purpose === "device")
    .map(({ slug, config }) => ({
      slug,
      title: typeof config.title === "string" ? config.title : slug,
      validityDays: Number(config.validityDays),
      names: texts(config.subjectAltNames),
    }));
  const first = choices.findIndex(({ slug }) => slug === "device");
  return { place, sites, profiles: first > 0 ? [...choices.splice(first, 1), ...choices] : choices };
}
