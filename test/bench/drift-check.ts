import { join } from "node:path";
import { measure, median, printTable, type Run, root } from "./measure.ts";

const command = ["--conditions=@couplet/source", join(root, "generator/bin.js"), "check"];

/** `couplet check` of the project itself, nothing changed: by hashes, and believing none. Fails when something has drifted. */
export async function benchCheck(rounds: number): Promise<void> {
  const rows: string[][] = [];
  for (const [what, flags] of [
    ["nothing changed", []],
    ["--rebuild", ["--rebuild"]],
  ] as const) {
    const runs: Run[] = [];
    for (let round = 0; round < rounds; round++) {
      const run = await measure({ args: [...command, ...flags], cwd: root });
      if (run.code !== 0) throw new Error(`check ends with ${run.code}:\n${run.output}`);
      runs.push(run);
    }
    const of = (key: "seconds" | "cpu" | "mebibytes"): number => median(runs.map((run) => run[key]));
    rows.push([what, of("seconds").toFixed(2), of("cpu").toFixed(2), of("mebibytes").toFixed(0)]);
  }
  printTable([["check: the five providers", "wall s", "CPU s", "peak MiB"], ...rows]);
}
