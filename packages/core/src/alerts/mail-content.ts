import type { Tone } from "../inventory/certificate-state.ts";

/** What a mail says. The text and the HTML part are two renderings of this one value (ux.md 4.1, rule 5). */
export type MailContent = {
  subject: string;
  /** Hidden line that mail programs show after the subject: the why, not the subject again. */
  preheader: string;
  tone: Tone;
  /** State word, with its glyph as text in HTML. */
  stateWord: string;
  glyph: string;
  headline: string;
  /** Sentences between headline and facts. */
  remarks: readonly string[];
  facts: readonly MailFact[];
  /** Only when the mail is about one object. */
  life: { usedPercent: number } | null;
  list: { rows: readonly MailRow[]; more: number } | null;
  action: { label: string; url: string };
  footer: string;
};

export type MailFact = { label: string; value: string; isCode?: true };

export type MailRow = { day: string; left: string; name: string; why: string };
