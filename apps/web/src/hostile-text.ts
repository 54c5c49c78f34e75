/** Text that a device or a stranger chose: nothing in it may hide, reorder or pretend (ux.md R11). */

// Controls, bidirectional marks, zero-width signs, tag characters, line and paragraph separators.
// oxlint-disable-next-line no-control-regex, no-misleading-character-class -- these very characters are what it finds
const hidden =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- as above
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

export function hasHiddenCharacters(text: string): boolean {
  return text.search(hidden) >= 0;
}

export function showHidden(text: string): string {
  return text.replace(hidden, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

export function cutText(text: string, limit = 64): string {
  const signs = [...text];
  return signs.length > limit ? `${signs.slice(0, limit - 1).join("")}…` : text;
}

/** Keeps the tail of a long name in sight: it tells east from west. */
export function splitName(text: string, limit = 26): [string, string] | null {
  const signs = [...text];
  if (signs.length <= limit) return null;
  return [signs.slice(0, -8).join(""), signs.slice(-8).join("")];
}
