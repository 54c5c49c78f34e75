/** A path of this console, never another host: `//evil`, `/\evil` and `https:` are all refused. */
export function safeNext(next: string | string[] | undefined): string {
  if (typeof next !== "string" || next.length > 2_000) return "/";
  // oxlint-disable-next-line no-control-regex -- control characters are what it refuses
  if (!/^\/(?![/\\])/.test(next) || /[\u0000-\u001f\\]/.test(next)) return "/";
  return new URL(next, "http://console.invalid").origin === "http://console.invalid" ? next : "/";
}
