import { formatNumber, plural, shorten } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { readChainCheck } from "@/situation.ts";
import { Glyph } from "@/ui/glyph.tsx";
import type { GlyphName } from "@/ui/sprite.tsx";

export const actorGlyphs: Readonly<Record<string, GlyphName>> = {
  person: "person",
  operator: "key",
  device: "issued",
  system: "system",
};
export const actorKinds: Readonly<Record<string, string>> = {
  person: "person",
  operator: "command line",
  device: "device",
  system: "system",
};

/** Recomputed here and now; a chain alone cannot show that its newest entries were cut off, and the badge says so. */
export async function IntegrityBadge() {
  const format = await getFormat();
  let check: Awaited<ReturnType<typeof readChainCheck>>;
  try {
    check = await readChainCheck(3_000);
  } catch (error) {
    console.error("the audit chain cannot be checked:", error);
    return (
      <span className="badge neutral">
        <Glyph name="unknown" /> Cannot tell
      </span>
    );
  }
  if (check.brokenAt !== null)
    return (
      <a className="badge critical-fill" href={`/audit/${check.brokenAt}`}>
        <Glyph name="expired" /> Broken at #{formatNumber(BigInt(check.brokenAt))}
      </a>
    );
  const isWhole = check.checked >= check.total;
  return (
    <details className="menu">
      <summary className="badge info cursor-pointer">
        <Glyph name="check" />
        {isWhole
          ? `Verified to #${formatNumber(BigInt(check.headSeq ?? 0))}, not anchored`
          : `Newest ${formatNumber(check.checked)} verified, not anchored`}
      </summary>
      <div className="menu-pop max-w-sm px-4 whitespace-normal">
        <p>
          {plural(check.checked, "entry", "entries")} of {formatNumber(check.total)} recomputed at{" "}
          {format.clockSeconds(check.at)} {format.zoneLabel}: each hash fits its text and the hash before.
        </p>
        {check.headHashHex && (
          <p className="meta mt-2">
            Head: <span className="mono">{shorten(check.headHashHex, 12, 8)}</span>
          </p>
        )}
        <p className="meta mt-2">
          Whole log, offline: <span className="mono">npx fieldseal audit verify</span>. A hash chain alone cannot show
          that the newest entries were cut off; keep the head hash somewhere else.
        </p>
      </div>
    </details>
  );
}
