import type { GlyphName } from "./sprite.tsx";

/** Always beside its word, therefore silent for screen readers. */
export function Glyph({ name, className = "g" }: { name: GlyphName; className?: string }) {
  return (
    <svg className={className} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <use href={`#g-${name}`} />
    </svg>
  );
}
