import { setTimeout as sleep } from "node:timers/promises";

import { OperatorError } from "./errors.ts";
import { type Part, type PartDeps, type PartSpec, startPart } from "./part.ts";
import type { Parts } from "./parts.ts";
import { step } from "./screen.ts";

const READY_SECONDS = 90;

/** All parts together. */
export type Fleet = {
  /** Resolves when every part serves. */
  start(parts: Parts): Promise<void>;
  /** One after the other, who is asked last: nobody loses the process that it still needs. */
  stop(): Promise<void>;
};

const STOP_ORDER = ["console", "devices", "worker", "signer"];

export function createFleet(deps: PartDeps & { signal: AbortSignal }): Fleet {
  let running: Part[] = [];

  const launch = async (spec: PartSpec) => {
    deps.signal.throwIfAborted();
    const part = startPart(spec, deps);
    running.push(part);
    await step(spec.title, () => readyInTime(part, spec, deps));
  };
  const start = async (parts: Parts) => {
    await launch(parts.signer);
    await Promise.all([launch(parts.devices), launch(parts.worker), launch(parts.console)]);
  };
  const stop = async () => {
    const parts = running.toSorted((a, b) => STOP_ORDER.indexOf(a.name) - STOP_ORDER.indexOf(b.name));
    running = [];
    for (const part of parts) await part.stop();
  };
  return { start, stop };
}

async function readyInTime(
  part: Part,
  { title, name }: PartSpec,
  { logs, signal }: PartDeps & { signal: AbortSignal },
) {
  const ended = new AbortController();
  const late = sleep(READY_SECONDS * 1000, "late" as const, { signal: AbortSignal.any([signal, ended.signal]) });
  try {
    if ((await Promise.race([part.ready, late])) === "late")
      throw new OperatorError(`The ${title} was not ready within ${READY_SECONDS} s; see ${logs}/${name}.log`);
  } finally {
    ended.abort();
    late.catch(() => {}); // the abort just above
  }
}
