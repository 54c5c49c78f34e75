import { cutText, textWidth } from "./device-text.ts";
import type { MailContent, MailRow } from "./mail-content.ts";

export const lineLimit = 72;
const labelWidth = 8;

/** The plain-text part. Lines end before column 72 except a web address, which must stay whole. */
export function renderMailText(content: MailContent): string {
  const blocks = [
    wrap(content.headline),
    ...content.remarks.map((remark) => wrap(remark)),
    content.facts.filter(({ isCode }) => !isCode).flatMap(({ label, value }) => writeFact(label, value)),
    content.list ? writeList(content.list) : [],
    wrapAddress(content.action),
    content.life ? [writeLife(content.life.usedPercent)] : [],
    content.facts.filter(({ isCode }) => isCode).flatMap(({ label, value }) => writeFact(label, value)),
    wrap(content.footer),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function writeFact(label: string, value: string): string[] {
  const indent = " ".repeat(labelWidth);
  return wrap(value, lineLimit - labelWidth).map(
    (line, index) => `${index === 0 ? label.padEnd(labelWidth) : indent}${line}`,
  );
}

function wrapAddress({ label, url }: MailContent["action"]): string[] {
  const line = `${label}   ${url}`;
  return textWidth(line) <= lineLimit ? [line] : [`${label}:`, url];
}

function writeLife(usedPercent: number): string {
  const cells = 25;
  const used = Math.round((usedPercent / 100) * cells);
  const bar = `${"=".repeat(Math.max(0, used - 1))}${used > 0 ? ">" : ""}`.padEnd(cells, ".");
  return `${"Life".padEnd(labelWidth)}[${bar}]  ${usedPercent} % used`;
}

function writeList({ rows, more }: { rows: readonly MailRow[]; more: number }): string[] {
  const width = (column: keyof MailRow, limit: number) =>
    Math.min(limit, Math.max(...rows.map((row) => textWidth(row[column]))));
  const columns = { day: width("day", 11), left: width("left", 9), name: width("name", 24) };
  const lines = rows.map((row) => {
    const name = cutText(row.name, columns.name);
    const start = [
      row.day.padStart(columns.day),
      row.left.padEnd(columns.left),
      name + " ".repeat(columns.name - textWidth(name)),
    ].join("  ");
    return `  ${start}  ${cutText(row.why, lineLimit - textWidth(start) - 4)}`.trimEnd();
  });
  return more > 0 ? [...lines, `  + ${more} more`] : lines;
}

/** Breaks between words; a word longer than a line is broken inside. */
export function wrap(text: string, width: number = lineLimit): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((long) => splitWord(long, width))) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return line === "" ? lines : [...lines, line];
}

function splitWord(word: string, width: number): string[] {
  const characters = Array.from(word);
  const parts: string[] = [];
  for (let at = 0; at < characters.length; at += width) parts.push(characters.slice(at, at + width).join(""));
  return parts;
}
