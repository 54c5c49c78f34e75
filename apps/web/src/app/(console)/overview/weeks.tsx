import { getConsole, type WeekCount } from "@/compose.ts";
import { formatNumber, plural } from "@/format.ts";
import { getFormat } from "@/preferences.ts";
import { requirePerson, scopeOf } from "@/session.ts";
import { Panel, Region } from "@/ui/panel.tsx";
import { Zero } from "@/ui/text.tsx";

const width = 708;
const left = 84;
const chartTop = 24;
const chartHeight = 96;
const baseline = chartTop + chartHeight;

/** A round number at or above the highest bar. */
export function niceCeiling(value: number): number {
  if (value <= 4) return 4;
  const magnitude = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 3, 4, 6, 8, 10].find((factor) => factor * magnitude >= value) ?? 10;
  return step * magnitude;
}

const dayKey = (at: Date) => at.toISOString().slice(0, 10);
const listOf = (week: WeekCount, isHand: boolean) =>
  `/devices?q=${encodeURIComponent(`expires:${dayKey(week.start)}..${dayKey(week.end)}${isHand ? " state:attention" : ""}`)}&sort=expires`;

function Chart({
  weeks,
  day,
  axisDay,
}: {
  weeks: readonly WeekCount[];
  day: (at: Date) => string;
  axisDay: (at: Date) => string;
}) {
  const ceiling = niceCeiling(Math.max(...weeks.map((week) => week.all), 0));
  const y = (count: number) => baseline - (count / ceiling) * chartHeight;
  const step = (width - left) / weeks.length;
  const ticks = [0, ceiling / 2, ceiling];
  return (
    <div className="chart-wrap px-4 pb-3">
      <svg className="chart" viewBox={`0 0 ${width} 168`} aria-label="Certificates that end per week">
        {ticks.map((tick) => (
          <g key={tick} aria-hidden="true">
            <line className={tick === 0 ? "ax" : "gr"} x1={left} x2={width} y1={y(tick)} y2={y(tick)} />
            <text x={left - 10} y={y(tick) + 4} textAnchor="end">
              {formatNumber(tick)}
            </text>
          </g>
        ))}
        <text x="0" y={baseline + 20}>
          Week of
        </text>
        <text x="0" y={baseline + 40} className={weeks.some((week) => week.hand > 0) ? "h" : "z"}>
          Needs a hand
        </text>
        {weeks.map((week, index) => {
          const x = left + index * step;
          const middle = x + step / 2;
          // A hand that is one pixel high is still drawn; the number below says how many.
          const handTop = week.hand > 0 ? Math.min(y(week.all), baseline - 2) : y(week.all);
          const handHeight = week.hand > 0 ? Math.max(2, (week.hand / ceiling) * chartHeight) : 0;
          return (
            <g key={dayKey(week.start)}>
              {week.all > 0 ? (
                <a
                  href={listOf(week, false)}
                  aria-label={`Week of ${day(week.start)}: ${plural(week.all, "certificate ends", "certificates end")}, ${formatNumber(week.hand)} ${week.hand === 1 ? "needs" : "need"} a hand`}
                >
                  <rect
                    className="self"
                    x={x + 5}
                    y={handTop + handHeight}
                    width={step - 10}
                    height={Math.max(baseline - handTop - handHeight, 0)}
                  />
                  {handHeight > 0 && (
                    <rect className="hand" x={x + 5} y={handTop} width={step - 10} height={handHeight} />
                  )}
                  <text className="v" x={middle} y={handTop - 5} textAnchor="middle">
                    {formatNumber(week.all)}
                  </text>
                </a>
              ) : (
                <text className="z" x={middle} y={baseline - 5} textAnchor="middle">
                  –
                </text>
              )}
              <text x={middle} y={baseline + 20} textAnchor="middle" aria-hidden="true">
                {axisDay(week.start)}
              </text>
              {week.hand > 0 ? (
                <a
                  href={listOf(week, true)}
                  aria-label={`${formatNumber(week.hand)} in the week of ${day(week.start)} need a hand`}
                >
                  <text className="h" x={middle} y={baseline + 40} textAnchor="middle">
                    {formatNumber(week.hand)}
                  </text>
                </a>
              ) : (
                <text className="z" x={middle} y={baseline + 40} textAnchor="middle" aria-hidden="true">
                  ·
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <details className="meta">
        <summary>Table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Week of</th>
              <th scope="col" className="num">
                End
              </th>
              <th scope="col" className="num">
                Need a hand
              </th>
            </tr>
          </thead>
          <tbody>
            {weeks.map((week) => (
              <tr key={dayKey(week.start)}>
                <th scope="row">{day(week.start)}</th>
                <td className="num">{formatNumber(week.all)}</td>
                <td className="num">{week.hand > 0 ? formatNumber(week.hand) : <Zero />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}

export async function WeeksPanel() {
  const format = await getFormat();
  const scope = scopeOf(await requirePerson());
  return (
    <Region what="The next 13 weeks" rows={5} load={() => getConsole().reads.overview.listWeeks(scope)}>
      {(weeks) => {
        const total = weeks.reduce((sum, week) => sum + week.all, 0);
        const peak = weeks.reduce<WeekCount | null>((most, week) => (week.all > (most?.all ?? 0) ? week : most), null);
        const title =
          peak && peak.all * 3 > total && total > 20
            ? `${plural(peak.all, "certificate ends", "certificates end")} in the week of ${format.day(peak.start)}`
            : `${plural(total, "certificate ends", "certificates end")} in the next 13 weeks`;
        return (
          <Panel title={title} aside={`certificates per week, UTC, to ${format.day(weeks.at(-1)?.end ?? format.now)}`}>
            {total === 0 ? (
              <div className="state">
                <p>No certificate ends in the next 13 weeks.</p>
              </div>
            ) : (
              <Chart weeks={weeks} day={format.day} axisDay={format.dayOfYear} />
            )}
          </Panel>
        );
      }}
    </Region>
  );
}
