/** A path segment as text; an address that is no valid encoding names nothing. */
export function decodeParam(segment: string): string {
  try {
    return decodeURIComponent(segment).replaceAll("\0", "");
  } catch {
    return "";
  }
}
