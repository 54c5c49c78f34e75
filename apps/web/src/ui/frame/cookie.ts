/** Preferences are cookies, so that the first paint already has them. */
export function keepPreference(name: "theme" | "density" | "zone", value: string): void {
  document.cookie = `fieldseal_${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`;
}
