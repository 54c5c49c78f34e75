import { Link } from "@/ui/link.tsx";

import { getFormat } from "../../preferences.ts";
import { readSituation } from "../../situation.ts";
import { Glyph } from "../glyph.tsx";

/** `All clear`, `n need you` or `Cannot tell`: unknown is never green. */
export async function SystemPill() {
  const format = await getFormat();
  const situation = await readSituation();
  const [worst] = situation.items;
  const since = format.clock(format.now);
  if (situation.unknown.length > 0 && worst?.tone !== "critical")
    return (
      <Link className="pill warning" href="/">
        <Glyph name="unknown" /> Cannot tell<span className="only-l"> · {since}</span>
      </Link>
    );
  if (!worst)
    return (
      <Link className="pill quiet" href="/">
        <Glyph name="check" /> All clear<span className="only-l"> · {since}</span>
      </Link>
    );
  const count = situation.items.length;
  return (
    <Link className={`pill ${worst.tone}`} href="/">
      <Glyph name={worst.glyph} /> {count} {count === 1 ? "needs" : "need"} you
    </Link>
  );
}
