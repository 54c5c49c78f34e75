import type { ReactNode } from "react";

const octagon = "5.2,1.5 10.8,1.5 14.5,5.2 14.5,10.8 10.8,14.5 5.2,14.5 1.5,10.8 1.5,5.2";

const outline = (children: ReactNode) => (
  <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round">
    {children}
  </g>
);
const ring = <circle cx="8" cy="8" r="6.25" />;

/** Every sign of the console. The shape carries the meaning, colour only repeats it. */
const shapes = {
  revoked: outline(
    <>
      {ring}
      <path d="M3.7 12.3 12.3 3.7" />
    </>,
  ),
  suspended: outline(
    <>
      {ring}
      <path d="M6.25 5v6M9.75 5v6" />
    </>,
  ),
  superseded: outline(
    <>
      <path d="M5.5 5.5V2.25h8.25v8.25H10.5" />
      <rect x="2.25" y="5.5" width="8.25" height="8.25" />
    </>,
  ),
  "not-yet-valid": outline(
    <>
      <path d="M8 1.75a6.25 6.25 0 0 1 0 12.5" />
      <path d="M8 14.25a6.25 6.25 0 0 1 0-12.5" strokeDasharray="1.5 2.4" />
    </>,
  ),
  expired: (
    <>
      <polygon points={octagon} fill="currentColor" />
      <path d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" stroke="var(--gi, var(--surface))" strokeWidth="1.75" fill="none" />
    </>
  ),
  expiring: outline(
    <>
      <polygon points={octagon} />
      <path d="M8 4.4V8l2.6 1.6" />
    </>,
  ),
  "renewal-failing": (
    <>
      <path d="M8 1.6 15 14H1z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
      <path d="M8 5.8v4M8 11.1v1.5" stroke="var(--gi, var(--warning-tint))" strokeWidth="1.6" />
    </>
  ),
  "renewal-overdue": outline(
    <>
      <path d="M8 2.1 14.6 13.7H1.4z" />
      <path d="M8 6v3.6M8 10.8v1.4" />
    </>,
  ),
  "in-renewal-window": outline(
    <>
      {ring}
      <path d="M8 4.2V8l2.7 1.6" />
    </>,
  ),
  valid: outline(
    <>
      {ring}
      <path d="M5 8.2l2.2 2.2L11.1 6" />
    </>,
  ),
  awaiting: outline(<circle cx="8" cy="8" r="6.25" strokeDasharray="2.6 2.31" />),
  unknown: outline(
    <>
      {ring}
      <path d="M6.1 6.4a1.9 1.9 0 1 1 2.7 1.7c-.6.3-.8.7-.8 1.3M8 10.7v1.5" />
    </>,
  ),
  retired: outline(
    <>
      {ring}
      <path d="M5 8h6" />
    </>,
  ),
  check: outline(<path d="M3 8.4l3.2 3.2L13 4.6" />),
  cross: outline(<path d="M4 4l8 8M12 4l-8 8" />),
  search: outline(
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="M10.4 10.4 14 14" />
    </>,
  ),
  copy: outline(
    <>
      <path d="M5.5 5.5v-3h8v8h-3" />
      <rect x="2.5" y="5.5" width="8" height="8" />
    </>,
  ),
  lock: outline(
    <>
      <rect x="3.25" y="7.25" width="9.5" height="6.5" />
      <path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2" />
    </>,
  ),
  menu: outline(<path d="M2 4h12M2 8h12M2 12h12" />),
  more: (
    <g fill="currentColor">
      <circle cx="3" cy="8" r="1.4" />
      <circle cx="8" cy="8" r="1.4" />
      <circle cx="13" cy="8" r="1.4" />
    </g>
  ),
  caret: outline(<path d="M4 6.5 8 10.5 12 6.5" />),
  mail: outline(
    <>
      <rect x="2" y="3.75" width="12" height="8.5" />
      <path d="M2.5 4.5 8 9l5.500-4.500" />
    </>,
  ),
  seen: outline(<path d="M2 8h8M7 4.8 10.2 8 7 11.2M13.2 3v10" />),
  issued: <rect x="3.75" y="3.75" width="8.5" height="8.5" fill="currentColor" />,
  key: outline(
    <>
      <circle cx="5" cy="8" r="3" />
      <path d="M8 8h6.3M11.6 8v2.8" />
    </>,
  ),
  note: outline(<path d="M3 3.5h10M3 8h10M3 12.5h6" />),
  person: outline(
    <>
      <circle cx="8" cy="5.2" r="2.7" />
      <path d="M2.8 14c.5-3 2.4-4.3 5.2-4.3s4.700 1.300 5.200 4.300" />
    </>,
  ),
  renew: outline(<path d="M13 8a5 5 0 1 1-1.600-3.700M11.600 1.600v2.900H8.700" />),
  system: outline(
    <>
      <rect x="2.5" y="3" width="11" height="4" />
      <rect x="2.5" y="9" width="11" height="4" />
    </>,
  ),
} as const satisfies Record<string, ReactNode>;

export type GlyphName = keyof typeof shapes;

const hatch = (id: string, className: string, width = 3) => (
  <pattern id={id} width={width} height="12" patternUnits="userSpaceOnUse">
    <rect className={className} width={width === 3 ? 1 : 4} height="12" />
  </pattern>
);

/** Once per document; glyphs and life bars refer to it. */
export function Sprite() {
  return (
    <svg className="sprite" aria-hidden="true" focusable="false">
      <defs>
        {hatch("h-quiet", "h-quiet")}
        {hatch("h-late", "h-late")}
        {hatch("h-soon", "h-soon")}
        {hatch("h-cut", "h-cut")}
        {hatch("h-unknown", "h-unknown", 8)}
      </defs>
      {Object.entries(shapes).map(([name, shape]) => (
        <symbol key={name} id={`g-${name}`} viewBox="0 0 16 16">
          {shape}
        </symbol>
      ))}
    </svg>
  );
}
