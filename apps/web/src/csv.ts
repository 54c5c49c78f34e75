/** RFC 4180 with the guard that keeps a cell from running as a formula in a spreadsheet. */
export function quoteCell(value: string | number | bigint | null): string {
  if (value === null) return "";
  const text = String(value);
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

export function writeCsvRow(cells: readonly (string | number | bigint | null)[]): string {
  return `${cells.map(quoteCell).join(",")}\r\n`;
}
