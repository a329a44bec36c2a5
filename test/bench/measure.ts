/** Runs a command and measures the whole of it: wall time, CPU time of all its Node processes, and the peak memory of the largest. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));
export const bench: string = join(root, "test/bench");

export interface Run {
  readonly seconds: number;
  /** User and system time: what a busy machine distorts least. */
  readonly cpu: number;
  readonly mebibytes: number;
  readonly code: number | null;
  readonly output: string;
}

export interface Command {
  /** Arguments of this Node; the script first. */
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const limit = 300_000;

export async function measure(command: Command): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "couplet-bench-"));
  const memory = join(folder, "memory");
  const preload = pathToFileURL(join(bench, "peak-memory.ts")).href;
  const start = performance.now();
  const child = spawn(process.execPath, command.args, {
    cwd: command.cwd ?? bench,
    env: {
      ...process.env,
      NODE_OPTIONS: `--import ${preload} --disable-warning=ExperimentalWarning`,
      BENCH_MEMORY: memory,
      NO_COLOR: "1",
      ...command.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: limit,
    killSignal: "SIGKILL",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const seconds = (performance.now() - start) / 1000;
  // A process that was killed at the limit could not say.
  const usage = existsSync(memory) ? readFileSync(memory, "utf8").trim().split("\n") : ["0 0"];
  const [peaks, times] = [0, 1].map((column) => usage.map((line) => Number(line.split(" ")[column])));
  rmSync(folder, { recursive: true });
  const cpu = times!.reduce((sum, time) => sum + time, 0) / 1e6;
  return { seconds, cpu, mebibytes: Math.max(...peaks!) / 1024, code, output };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

export function machine(): string {
  return `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
}

/** A Markdown table, its columns padded so that a terminal shows it well. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  rows.forEach((row, index) => {
    console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
    if (index === 0) console.log(`|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  });
}

/** `--name value` among the arguments. */
export function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? undefined : process.argv[at + 1];
}
