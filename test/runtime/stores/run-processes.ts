import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Job, Report } from "./limited-process.ts";

const script = fileURLToPath(new URL("limited-process.ts", import.meta.url));

/** What several processes did under one limit. */
export interface Outcome {
  /** Moments of all admissions, in order. */
  readonly admitted: readonly number[];
  readonly reports: readonly Report[];
}

/** Starts processes, lets them call all at once while `during` runs, and collects what they did. */
export async function runProcesses(count: number, job: Job, during: () => Promise<void>): Promise<Outcome> {
  const children: ChildProcess[] = [];
  try {
    for (let index = 0; index < count; index++) {
      const child = fork(script, [JSON.stringify(job)], { execArgv: ["--conditions=@couplet/source"] });
      children.push(child);
    }
    await Promise.all(children.map((child) => nextMessage(child)));
    for (const child of children) child.send("go");
    await during();
    const told = children.map((child) => nextMessage(child));
    for (const child of children) child.send("stop");
    const reports = (await Promise.all(told)) as Report[];
    const admitted = reports.flatMap((report) => report.admitted).sort((one, other) => one - other);
    return { admitted, reports };
  } finally {
    for (const child of children) child.kill();
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`A process ended early with ${code}.`);
  });
  ended.catch(() => {});
  const [message] = await Promise.race([once(child, "message"), ended]);
  return message;
}

/** The most admissions in any window, wherever it begins. */
export function mostInAWindow(admitted: readonly number[], per: number): number {
  let most = 0;
  let first = 0;
  for (const [index, at] of admitted.entries()) {
    while (admitted[first]! <= at - per) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** By how much the bucket that a server would keep was overdrawn, in units; 0 when never. */
export function overdrawn(admitted: readonly number[], capacity: number, per: number): number {
  let level = capacity;
  let last = admitted[0] ?? 0;
  let worst = 0;
  for (const at of admitted) {
    level = Math.min(capacity, level + ((at - last) * capacity) / per) - 1;
    last = at;
    worst = Math.max(worst, -level);
  }
  return worst;
}

/** The rate that was reached, as a part of what the limit allows in the long run. */
export function utilisation(admitted: readonly number[], capacity: number, per: number): number {
  const span = admitted.at(-1)! - admitted[0]!;
  return (admitted.length - capacity) / ((span / per) * capacity);
}
