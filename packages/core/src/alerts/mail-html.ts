import type { Tone } from "../inventory/certificate-state.ts";
import type { MailContent, MailFact, MailRow } from "./mail-content.ts";

/**
 * The HTML part: the same words as the text part (ux.md 4.3). One column of 600 px in tables, nothing loaded from
 * outside, readable without styles. Light colours are inline; a style block overrides them where dark is preferred.
 */
export function renderMailHtml(content: MailContent): string {
  const rows = [
    writeState(content),
    cell(`<h1 class="t" style="${headlineStyle}">${escapeHtml(content.headline)}</h1>`),
    ...content.remarks.map((remark) => cell(`<p class="t" style="${textStyle}">${escapeHtml(remark)}</p>`)),
    content.life ? writeLife(content.life.usedPercent, content.tone) : "",
    writeFacts(content.facts),
    content.list ? writeList(content.list, content.action.url) : "",
    writeAction(content.action),
    cell(`<p class="d" style="${footerStyle}">${escapeHtml(content.footer)}</p>`),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(content.subject)}</title><style>${darkStyle}</style></head>
<body class="b" style="margin:0;padding:0;background-color:#F4F5F6">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(content.preheader)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="b" align="center" bgcolor="#F4F5F6" style="padding:16px 8px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:600px">
${rows.filter((row) => row !== "").join("\n")}
</table></td></tr></table></body></html>
`;
}

const fonts = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif";
const mono = "font-family:ui-monospace,Consolas,Menlo,monospace";
const textStyle = `margin:0;${fonts};font-size:14px;line-height:20px;color:#16191D`;
const labelStyle = `margin:0;${fonts};font-size:12px;line-height:20px;color:#4A525B`;
const headlineStyle = `margin:0;${fonts};font-size:18px;line-height:26px;font-weight:600;color:#16191D`;
const footerStyle = `margin:0;${fonts};font-size:12px;line-height:18px;color:#4A525B`;

/** ux.md 3.3 */
const toneColours: Record<Tone, { light: string; className: string }> = {
  critical: { light: "#A11B14", className: "k" },
  warning: { light: "#955A00", className: "w" },
  info: { light: "#0B5C7A", className: "i" },
  quiet: { light: "#4A525B", className: "d" },
};

const darkStyle = [
  ":root{color-scheme:light dark;supported-color-schemes:light dark}",
  "@media (prefers-color-scheme:dark){",
  ".b{background-color:#14171A!important}.s{background-color:#1B1F23!important}",
  ".t{color:#E8EAED!important}.d{color:#B3BAC2!important}.l{border-color:#343A41!important}",
  ".k{color:#FF7B70!important}.w{color:#FFC877!important}.i,.a{color:#6CB8D6!important}",
  ".kb{background-color:#FF7B70!important}.wb{background-color:#FFC877!important}",
  ".ib{background-color:#6CB8D6!important}.db{background-color:#757D86!important}.r{background-color:#343A41!important}",
  ".n{background-color:#6CB8D6!important;color:#0B1216!important}",
  "}",
].join("");

const cell = (inner: string): string =>
  `<tr><td class="s" bgcolor="#FFFFFF" style="background-color:#FFFFFF;padding:8px 24px">${inner}</td></tr>`;

function writeState({ tone, glyph, stateWord }: MailContent): string {
  const { light, className } = toneColours[tone];
  const rule = `<tr><td class="${className}b" bgcolor="${light}" style="background-color:${light};height:3px;line-height:3px;font-size:1px">&nbsp;</td></tr>`;
  const style = `margin:8px 0 0;${fonts};font-size:12px;line-height:16px;font-weight:600;color:${light}`;
  return `${rule}\n${cell(`<p class="${className}" style="${style}">${glyph} ${escapeHtml(stateWord)}</p>`)}`;
}

function writeLife(usedPercent: number, tone: Tone): string {
  const { light, className } = toneColours[tone];
  const used = Math.max(1, usedPercent);
  const filled = `<td class="${className}b" width="${used}%" bgcolor="${light}" style="background-color:${light};height:8px;line-height:8px;font-size:1px">&nbsp;</td>`;
  const rest =
    used < 100
      ? `<td class="r" width="${100 - used}%" bgcolor="#D5D9DD" style="background-color:#D5D9DD;height:8px;line-height:8px;font-size:1px">&nbsp;</td>`
      : "";
  const bar = `<table role="presentation" aria-hidden="true" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>${filled}${rest}</tr></table>`;
  return cell(`${bar}<p class="d" style="${labelStyle}">Life: ${usedPercent} % used</p>`);
}

function writeFacts(facts: readonly MailFact[]): string {
  if (facts.length === 0) return "";
  const rows = facts.map(({ label, value, isCode }) => {
    const shown = isCode ? writeCode(value) : escapeHtml(value);
    return `<tr><td class="d" width="72" valign="top" style="${labelStyle};padding:0 8px 4px 0">${escapeHtml(label)}</td><td class="t" valign="top" style="${textStyle};padding:0 0 4px">${shown}</td></tr>`;
  });
  return cell(
    `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">${rows.join("")}</table>`,
  );
}

/** A serial number may wrap between groups of four digits, never inside one. */
function writeCode(value: string): string {
  const groups = value.match(/.{1,6}/gu) ?? [];
  return groups.map((group) => `<span style="${mono};white-space:nowrap">${escapeHtml(group)}</span>`).join("<wbr>");
}

function writeList({ rows, more }: { rows: readonly MailRow[]; more: number }, url: string): string {
  const style = `${textStyle};padding:6px 8px 6px 0;border-top:1px solid #D5D9DD;text-align:left`;
  const head = ["Device", "Expires", "", "Why"].map(
    (word) => `<th scope="col" class="d" style="${labelStyle};padding:0 8px 4px 0;text-align:left">${word}</th>`,
  );
  const body = rows.map(
    ({ day, left, name, why }) =>
      `<tr><td class="t l" style="${style}"><bdi>${escapeHtml(name)}</bdi></td>${[day, left, why]
        .map((value) => `<td class="t l" style="${style}">${escapeHtml(value)}</td>`)
        .join("")}</tr>`,
  );
  const rest =
    more > 0
      ? `<p style="${textStyle};padding-top:6px"><a class="a" href="${escapeHtml(url)}" style="color:#0B5C7A">+ ${more} more</a></p>`
      : "";
  const table = `<table width="100%" cellpadding="0" cellspacing="0" border="0"><tr>${head.join("")}</tr>${body.join("")}</table>`;
  return cell(`${table}${rest}`);
}

/** Built from padding, so that it works without styles for size; the bare address follows for those who copy it. */
function writeAction({ label, url }: MailContent["action"]): string {
  const href = escapeHtml(url);
  const button = `<a class="n" href="${href}" style="display:inline-block;padding:12px 24px;${fonts};font-size:14px;line-height:20px;font-weight:600;color:#FFFFFF;background-color:#0B5C7A;text-decoration:none">${escapeHtml(label)}</a>`;
  const bare = `<p style="${footerStyle};padding-top:8px;word-break:break-all"><a class="a" href="${href}" style="color:#0B5C7A">${href}</a></p>`;
  return cell(`${button}${bare}`);
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
