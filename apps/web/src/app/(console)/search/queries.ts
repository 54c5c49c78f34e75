import "server-only";
import { createHash } from "node:crypto";

import { isValidDeviceId } from "@fieldseal/pki/certificate/names";
import { decodePem } from "@fieldseal/pki/pem";

import { getConsole, type SearchMatch } from "@/compose.ts";
import { requirePerson, scopeOf } from "@/session.ts";

export function hrefOf(match: SearchMatch): string {
  switch (match.kind) {
    case "device":
      return `/devices/${encodeURIComponent(match.id)}`;
    case "certificate":
      return `/certificates/${match.id}`;
    case "authority":
      return `/authorities/${match.id}`;
    case "site":
      return `/devices?q=${encodeURIComponent(`site:${match.id}`)}`;
    default:
      return "/";
  }
}

/** The hex that a text stands for: a serial number or fingerprint, with or without colons, in any case. */
export function readHex(text: string): string | null {
  const hex = text
    .replace(/^(sha-?256|serial|fingerprint)[^0-9a-f]*[:= ]/i, "")
    .replaceAll(/[:\s]/g, "")
    .toLowerCase();
  return /^(?:[0-9a-f]{2}){4,32}$/.test(hex) ? hex : null;
}

function readPem(text: string): string | null {
  if (!text.includes("-----BEGIN CERTIFICATE-----")) return null;
  const [der] = decodePem(text, "CERTIFICATE");
  return der ? createHash("sha256").update(der).digest("hex") : null;
}

/** `direct` when the text names exactly one thing. */
export async function search(
  text: string,
): Promise<{ matches: SearchMatch[]; direct: SearchMatch | null; problem: string | null }> {
  const scope = scopeOf(await requirePerson());
  const { reads } = getConsole();
  let sha256: string | null = null;
  try {
    sha256 = readPem(text);
  } catch {
    return { matches: [], direct: null, problem: "This PEM is damaged: it cannot be decoded." };
  }
  if (sha256) {
    const matches = await reads.findByHex(sha256, scope);
    return {
      matches,
      direct: matches[0] ?? null,
      problem: matches.length > 0 ? null : "This certificate is not from here, or not of your sites.",
    };
  }
  const exact = isValidDeviceId(text) ? await reads.findDevice(text, scope) : null;
  if (exact)
    return {
      matches: [],
      direct: { kind: "device", id: exact.id, siteName: exact.siteName, description: exact.description },
      problem: null,
    };
  const hex = readHex(text);
  const byHex = hex ? await reads.findByHex(hex, scope) : [];
  const matches = byHex.length > 0 ? byHex : await reads.findByText(text, scope);
  return { matches, direct: matches.length === 1 ? (matches[0] ?? null) : null, problem: null };
}
