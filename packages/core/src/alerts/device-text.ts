/**
 * Text that came from a device or a form is hostile (ux.md R11, security.md T26, T35). Control characters, bidirectional
 * overrides and invisible ones become visible as ⟨U+202E⟩, so that nobody is fooled and no header can be broken.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u115f\u1160\u3164\uffa0]|\p{Variation_Selector}/gu;

export function showDeviceText(text: string, maxLength = 64): string {
  const visible = text.replace(hidden, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return `⟨U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
  return cutText(visible, maxLength);
}

/** Cuts by code points, so that no surrogate pair is torn, and shows that something is missing. */
export function cutText(text: string, maxLength: number): string {
  const characters = Array.from(text);
  if (characters.length <= maxLength) return text;
  return `${characters.slice(0, Math.max(0, maxLength - 1)).join("")}…`;
}

export function textWidth(text: string): number {
  return Array.from(text).length;
}
