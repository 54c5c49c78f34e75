import { setTimeout as wait } from "node:timers/promises";

import { DomainError } from "@fieldseal/core/errors";

import { type Command, UsageError } from "../command.ts";
import type { Composition } from "../compose.ts";
import { formatTable, shortTime } from "../table.ts";
import { previewJob } from "./job-preview.ts";

const list: Command = {
  name: "job list",
  arguments: [],
  summary: "Show each job of the worker: last run, duration, outcome, next run",
  options: {},
  async run({ listing }) {
    const rows = await listing.listJobs();
    const seconds = (from: Date | null, to: Date | null) =>
      from && to && to >= from ? `${((to.getTime() - from.getTime()) / 1000).toFixed(1)} s` : "–";
    return {
      json: rows,
      text: formatTable(
        ["Job", "Last run", "Took", "Outcome", "Next run", "Result"],
        rows.map((job) => [
          job.name,
          shortTime(job.lastStartedAt),
          seconds(job.lastStartedAt, job.lastFinishedAt),
          job.isRunning ? "running" : (job.lastOutcome ?? "never ran"),
          shortTime(job.nextRunAt),
          job.lastDetail ?? "",
        ]),
      ),
    };
  },
};

async function findJob({ listing }: Composition, name: string) {
  const jobs = await listing.listJobs();
  const job = jobs.find((candidate) => candidate.name === name);
  if (!job)
    throw new DomainError(
      "job-unknown",
      jobs.length === 0
        ? "No worker has started yet."
        : `There is no job ${name}. The jobs are ${jobs.map((known) => known.name).join(", ")}.`,
    );
  return job;
}

/** Asks the worker and waits for a run that began after the question. */
async function runNow(composition: Composition, name: string) {
  const before = await findJob(composition, name);
  await composition.listing.requestJob(name);
  for (let i = 0; i < 300; i++) {
    await wait(200);
    const job = await findJob(composition, name);
    const isNewer = (job.lastStartedAt?.getTime() ?? 0) > (before.lastStartedAt?.getTime() ?? 0);
    const isFinished = (job.lastFinishedAt?.getTime() ?? 0) >= (job.lastStartedAt?.getTime() ?? 0);
    if (isNewer && isFinished && !job.isRunning) return job;
  }
  throw new DomainError(
    "job-failed",
    `${name} did not finish within a minute. Is the worker running? \`fieldseal status\` tells.`,
  );
}

const run: Command = {
  name: "job run",
  arguments: ["<job>"],
  summary: "Run a job now, or show what it would do at a given time",
  options: {
    at: { value: "TIME", help: "pretend it is this time (ISO 8601); implies --dry-run" },
    "dry-run": { help: "show what would happen, change nothing" },
  },
  async run(composition, input) {
    const name = input.arguments[0] ?? "";
    const at = input.text("at");
    if (at !== undefined && Number.isNaN(Date.parse(at)))
      throw new UsageError("--at is a time such as 2026-12-01T06:00:00Z.");
    if (at !== undefined || input.has("dry-run"))
      return previewJob(composition, name, at === undefined ? null : new Date(at));
    const job = await runNow(composition, name);
    if (job.lastOutcome !== "done")
      throw new DomainError("job-failed", `${name} failed: ${job.lastDetail ?? "its log says why"}`);
    return { json: job, text: `${name}: ${job.lastDetail ?? "done"}` };
  },
};

export const jobCommands: readonly Command[] = [list, run];
