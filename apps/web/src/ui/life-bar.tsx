import type { CertificateState } from "@fieldseal/core/inventory/certificate-state";

const toneOf: Readonly<Partial<Record<CertificateState, string>>> = {
  expired: "dead",
  expiring: "soon",
  "renewal-failing": "late",
  "renewal-overdue": "late",
};
const hatchOf: Readonly<Record<string, string>> = { dead: "h-soon", soon: "h-soon", late: "h-late" };

export type LifeBarProps = {
  from: Date | null;
  to: Date | null;
  now: Date;
  /** Share of the life after which renewal is expected. */
  window?: number;
  tone?: string;
  state?: CertificateState | null;
  revokedAt?: Date | null;
  size?: "row" | "wide" | "full";
};

const percent = (share: number) => `${(Math.min(Math.max(share, 0), 1) * 100).toFixed(2)}%`;

/** Elapsed grey, rest lighter, renewal window hatched, now = tick. Text beside it says the same. */
export function LifeBar({ from, to, now, window = 2 / 3, tone, state, revokedAt, size = "row" }: LifeBarProps) {
  const className = `life ${size === "row" ? "" : size}`;
  if (!from || !to)
    return (
      <svg className={className} aria-hidden="true" focusable="false">
        <rect className="outline" x="0.5" y="3.5" width="99%" height="5" />
      </svg>
    );
  const look = tone ?? (state ? toneOf[state] : undefined) ?? "";
  const height = size === "wide" ? 8 : 6;
  const y = (12 - height) / 2;
  const share = (at: Date) => (at.getTime() - from.getTime()) / (to.getTime() - from.getTime());
  const elapsed = Math.min(Math.max(share(revokedAt ?? now), 0), 1);
  if (revokedAt)
    return (
      <svg className={className} aria-hidden="true" focusable="false">
        <rect className="el" y={y} width={percent(elapsed)} height={height} />
        <svg x={percent(elapsed)} overflow="visible">
          <path className="cutmark" d="M-1 10 3 2" />
        </svg>
      </svg>
    );
  return (
    <svg className={`${className} ${look}`} aria-hidden="true" focusable="false">
      <rect className="rest" y={y} width="100%" height={height} />
      <rect
        x={percent(window)}
        y={y}
        width={percent(1 - window)}
        height={height}
        fill={`url(#${hatchOf[look] ?? "h-quiet"})`}
      />
      <rect className="el" y={y} width={percent(elapsed)} height={height} />
      {elapsed > window && (
        <rect x={percent(window)} y={y} width={percent(elapsed - window)} height={height} fill="url(#h-cut)" />
      )}
      {look !== "dead" && (
        <svg x={percent(elapsed)} overflow="visible">
          <rect className="now" x="-1" width="2" height="12" />
        </svg>
      )}
    </svg>
  );
}
