import { PkiError } from "./error.ts";

/*
 * C0 and C1 controls and DEL; soft hyphen; Arabic letter mark; zero-width and directional marks; embeddings, overrides
 * and isolates; word joiner to invisible plus; deprecated formatting; byte-order mark; interlinear annotation; tags;
 * line and paragraph separator; Mongolian vowel separator; lone surrogates. They change what a reader sees without
 * being seen.
 */
const unsafeText =
  // eslint-disable-next-line no-control-regex -- the controls are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\ud800-\udfff]/u;

/** True if the text holds a character that is invisible or reorders what is visible. */
export function hasUnsafeCharacter(value: string): boolean {
  return unsafeText.test(value);
}

/**
 * Refuses NUL, C0 and C1 controls, bidirectional controls, zero-width characters and lone surrogates.
 * @throws PkiError `name-invalid` naming `what` and the code point
 */
export function assertSafeText(value: string, what: string): void {
  const match = unsafeText.exec(value);
  if (match === null) return;
  const codePoint = (match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  throw new PkiError("name-invalid", `${what} holds the hidden character U+${codePoint}`);
}
