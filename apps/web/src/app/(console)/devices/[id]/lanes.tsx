import type { DeviceCertificate, DeviceEvent } from "@/compose.ts";
import { formatDuration, shorten } from "@/format.ts";
import { getFormat } from "@/preferences.ts";

export const ranges = { "30d": 30, "1y": 365, all: 3_650 } as const;
/** How far ahead each range looks, in days. */
const ahead = { "30d": 14, "1y": 400, all: 3_650 } as const;
export type LaneRange = keyof typeof ranges;

const dayMs = 86_400_000;
const width = 776;
const top = 28;
const laneHeight = 19;
const barHeight = 8;
const maxLanes = 10;

const tones: Readonly<Partial<Record<DeviceCertificate["state"], string>>> = {
  expired: "soon",
  expiring: "soon",
  "renewal-failing": "late",
  "renewal-overdue": "late",
};
const hatches: Readonly<Record<string, string>> = { soon: "h-soon", late: "h-late" };

function listTicks(from: Date, to: Date): Date[] {
  const ticks: Date[] = [];
  const days = (to.getTime() - from.getTime()) / dayMs;
  const months = days > 1_200 ? 12 : days > 500 ? 3 : 1;
  if (days <= 75) {
    const start = Math.ceil(from.getTime() / (7 * dayMs)) * 7 * dayMs;
    for (let at = start; at < to.getTime(); at += 7 * dayMs) ticks.push(new Date(at));
    return ticks;
  }
  for (
    let at = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1));
    at < to;
    at = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, 1))
  )
    ticks.push(at);
  return ticks;
}

/** One bar per certificate on one time axis: overlaps and gaps are visible at once. */
export async function Lanes({
  certificates,
  events,
  currentId,
  range,
}: {
  certificates: readonly DeviceCertificate[];
  events: readonly DeviceEvent[];
  currentId: string | null;
  range: LaneRange;
}) {
  const { now, day, dayOfYear } = await getFormat();
  const lanes = certificates.slice(0, maxLanes).toReversed();
  const newestEnd = Math.max(...lanes.map((lane) => lane.notAfter.getTime()), now.getTime());
  const oldest = Math.min(...lanes.map((lane) => lane.notBefore.getTime()), now.getTime() - 7 * dayMs);
  const from = new Date(Math.max(oldest, now.getTime() - ranges[range] * dayMs));
  const last = Math.min(newestEnd, now.getTime() + ahead[range] * dayMs);
  const to = new Date(Math.max(last, now.getTime() + (now.getTime() - from.getTime()) * 0.06));
  const x = (at: Date) => ((at.getTime() - from.getTime()) / (to.getTime() - from.getTime())) * width;
  const clamp = (value: number) => Math.min(Math.max(value, 0), width);
  const bottom = top + lanes.length * laneHeight + 4;
  const refusals = events.filter(
    (event) => event.kind === "attempt" && event.outcome === "refused" && event.at >= from,
  );
  const laneOf = (at: Date) => {
    const index = lanes.findLastIndex((lane) => lane.notBefore <= at);
    return index < 0 ? 0 : index;
  };
  return (
    <div className="chart-wrap px-4 pb-3">
      <svg
        className="chart"
        viewBox={`0 0 ${width} ${bottom + 24}`}
        role="img"
        aria-label={`${lanes.length} certificates on a time axis, ${day(from)} to ${day(to)}; the list below says the same`}
      >
        {listTicks(from, to).map((tick) => (
          <g key={tick.getTime()}>
            <line className="gr" x1={x(tick)} x2={x(tick)} y1={top - 8} y2={bottom} />
            {x(tick) < width - 40 && (
              <text className="z" x={x(tick) + 3} y={bottom + 16}>
                {ranges[range] <= 30
                  ? dayOfYear(tick)
                  : tick
                      .toLocaleDateString("en-GB", {
                        month: "short",
                        timeZone: "UTC",
                        ...(tick.getUTCMonth() === 0 ? { year: "numeric" } : {}),
                      })
                      .replace("Sept", "Sep")}
              </text>
            )}
          </g>
        ))}
        {lanes.map((lane, index) => {
          const y = top + index * laneHeight;
          const end = lane.revokedAt ?? lane.notAfter;
          const opens = new Date(lane.notAfter.getTime() - (lane.notAfter.getTime() - lane.notBefore.getTime()) / 3);
          const isCurrent = lane.id === currentId;
          const tone = isCurrent ? (tones[lane.state] ?? "el") : "past";
          const [start, stop, mid, at] = [
            clamp(x(lane.notBefore)),
            clamp(x(end)),
            clamp(x(opens < end ? opens : end)),
            clamp(x(now)),
          ];
          if (stop <= 0 && x(end) < 0) return null;
          const solidEnd = isCurrent ? Math.min(at, stop) : stop;
          const label = shorten(lane.serialNumberHex.slice(-6), 6, 0);
          const next = lanes[index + 1];
          const gapMs = next ? next.notBefore.getTime() - end.getTime() : 0;
          return (
            <g key={lane.id}>
              <rect className="rest" x={start} y={y} width={Math.max(stop - start, 1)} height={barHeight} />
              <rect
                x={mid}
                y={y}
                width={Math.max(stop - mid, 0)}
                height={barHeight}
                fill={`url(#${hatches[tone] ?? "h-quiet"})`}
              />
              <rect className={tone} x={start} y={y} width={Math.max(solidEnd - start, 0)} height={barHeight} />
              {solidEnd > mid && <rect x={mid} y={y} width={solidEnd - mid} height={barHeight} fill="url(#h-cut)" />}
              {lane.revokedAt && <path className="cutm" d={`M${stop - 2} ${y + barHeight + 4}L${stop + 3} ${y - 4}`} />}
              {start > 60 ? (
                <text x={start - 6} y={y + 8} textAnchor="end" className={isCurrent ? "nowt" : undefined}>
                  …{label}
                </text>
              ) : stop < width - 60 ? (
                <text x={stop + 6} y={y + 8} className={isCurrent ? "nowt" : undefined}>
                  …{label}
                </text>
              ) : (
                <text x={stop - 6} y={y + 8} textAnchor="end" className="v nowt">
                  …{label}
                </text>
              )}
              {index > 0 && lane.source === "est-renew" && start > 0 && (
                <path className="tick" d={`M${start - 3} ${y - 6}h6l-3 5z`} />
              )}
              {gapMs > dayMs && next && (
                <g>
                  <line className="gap" x1={stop} x2={stop} y1={y} y2={y + laneHeight + barHeight} />
                  <line
                    className="gap"
                    x1={clamp(x(next.notBefore))}
                    x2={clamp(x(next.notBefore))}
                    y1={y}
                    y2={y + laneHeight + barHeight}
                  />
                  <text className="gapt" x={clamp(x(next.notBefore)) + 6} y={y + 8}>
                    {formatDuration(gapMs)} without certificate
                  </text>
                </g>
              )}
            </g>
          );
        })}
        {refusals.slice(0, 40).map((event) => (
          <circle
            key={`${event.at.getTime()}-${event.code}`}
            className="hollow"
            cx={clamp(x(event.at))}
            cy={top + laneOf(event.at) * laneHeight + barHeight / 2}
            r="3"
          />
        ))}
        <line className="nowl" x1={x(now)} x2={x(now)} y1={top - 14} y2={bottom} />
        <text className="nowt" x={x(now) - 5} y={top - 10} textAnchor="end">
          now
        </text>
      </svg>
    </div>
  );
}
