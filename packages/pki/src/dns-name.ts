const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * A host name of RFC 1123: letters, digits and hyphens, labels of 1..63, 253 in all, no trailing dot, no wildcard. One
 * label is enough inside a plant. The last label may not be all digits, so that no address passes as a name.
 */
export function isValidDnsName(text: string): boolean {
  if (text.length === 0 || text.length > 253) return false;
  const labels = text.split(".");
  return labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? "");
}
