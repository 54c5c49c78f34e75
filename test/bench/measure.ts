import { execFileSync } from "node:child_process";

export type Row = {
  id: string;
  work: string;
  value: string;
  beside: string;
  ratio: number;
  floor: number | null;
  goal: number | null;
};

/** CPU of this process per operation, µs: median of five rounds, so that a busy neighbour does not decide. */
export async function cpuPerOperation(operations: number, work: () => Promise<void> | void): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 6; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < operations; i++) await work();
    const { user, system } = process.cpuUsage(before);
    if (round > 0) rounds.push((user + system) / operations); // the first one warms up
  }
  return rounds.sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
}

/** L of performance.md: 1 / (1/sign + 1/verify) of `openssl speed ecdsap256`, per second of CPU. */
export function opensslLimit(): number {
  const text = execFileSync("openssl", ["speed", "-seconds", "1", "ecdsap256"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [, sign = 0, verify = 0] = (/256 bits ecdsa \(nistp256\) +\S+ +\S+ +([\d.]+) +([\d.]+)/.exec(text) ?? []).map(
    Number,
  );
  if (sign === 0 || verify === 0) throw new Error(`openssl speed said something else:\n${text}`);
  return 1 / (1 / sign + 1 / verify);
}

/** Best wall time of `rounds`, seconds, of a program of its own: start and end included for both sides. */
export function timeProgram(file: string, args: string[], options: { cwd: string; rounds: number }): number {
  const times = Array.from({ length: options.rounds }, () => {
    const started = performance.now();
    execFileSync(file, args, { cwd: options.cwd, stdio: "ignore" });
    return (performance.now() - started) / 1000;
  });
  return Math.min(...times);
}

export function formatRows(rows: readonly Row[]): string {
  const head = ["", "Work", "Measured", "Beside", "Ratio", "Floor", "Goal"];
  const number = (value: number | null) => (value === null ? "–" : value.toFixed(value < 10 ? 2 : 0));
  const cells = rows.map((row) => [
    row.id,
    row.work,
    row.value,
    row.beside,
    number(row.ratio),
    number(row.floor),
    number(row.goal),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => (row[i] ?? "").length)));
  return [head, ...cells]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
