/** `couplet impact` as a whole process over consumers of several sizes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DriftReport } from "../../generator/drift/finding.ts";
import { writeConsumer } from "./impact-consumer.ts";
import { measure, median, printTable, type Run, root } from "./measure.ts";

const command = ["--conditions=@couplet/source", join(root, "generator/bin.js"), "impact"];
const flags = ["--project", "tsconfig.json", "--to", "stripe@2022-11-15", "--json"];

/** Fails when the lines that break are not all told. */
export async function benchImpact(rounds: number): Promise<void> {
  const rows: string[][] = [];
  for (const files of [1, 100, 500]) {
    const folder = mkdtempSync(join(tmpdir(), "couplet-impact-"));
    writeConsumer(folder, files);
    const runs: Run[] = [];
    for (let round = 0; round < rounds; round++) {
      const run = await measure({ args: [...command, ...flags], cwd: folder });
      const report: DriftReport = JSON.parse(run.output.slice(run.output.indexOf("{")));
      const told = report.findings.find(({ usage }) => usage?.confidence === "proven")?.usage?.sites.length ?? 0;
      if (told !== Math.ceil(files / 10)) throw new Error(`${files} files: ${told} lines told`);
      runs.push(run);
    }
    rmSync(folder, { recursive: true });
    const figure = (key: "seconds" | "cpu" | "mebibytes"): number => median(runs.map((run) => run[key]));
    rows.push([
      String(files),
      `${figure("seconds").toFixed(2)} s`,
      `${figure("cpu").toFixed(2)} s`,
      `${figure("mebibytes").toFixed(0)} MiB`,
    ]);
  }
  printTable([["impact: files of the consumer", "wall", "CPU", "peak memory"], ...rows]);
}
