import { cutText, showHidden, splitName } from "../hostile-text.ts";

/** Any text that a device or a stranger chose. */
export function Foreign({ children, limit = 64 }: { children: string; limit?: number }) {
  const shown = showHidden(children);
  const cut = cutText(shown, limit);
  return <bdi title={cut === shown ? undefined : shown}>{cut}</bdi>;
}

/** A name in a table: one line, cut in the middle. */
export function ForeignName({ children }: { children: string }) {
  const shown = showHidden(children);
  const parts = splitName(shown);
  if (!parts) return <bdi className="cut">{shown}</bdi>;
  return (
    <bdi className="mid" title={shown}>
      <span>{parts[0]}</span>
      <span>{parts[1]}</span>
    </bdi>
  );
}

/** None is a dash, zero in a table is a dot; both differ from "?". */
export const None = () => <span className="t3">–</span>;
export const Zero = () => (
  <>
    <span className="zero" />
    <span className="sr-only">0</span>
  </>
);
