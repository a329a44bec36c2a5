/**
 * `npm test`: types, lint, freshness of generated code, then every vitest suite. The last line tells the sum.
 * With `--long` the suites run in their full form (they see COUPLET_LONG=1).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Count {
  readonly passed: number;
  readonly failed: number;
}

if (process.argv.includes("--long")) process.env["COUPLET_LONG"] = "1";

const steps: readonly (readonly [name: string, command: readonly string[]])[] = [
  ["types", ["npm", "run", "--silent", "typecheck"]],
  ["lint", ["npm", "run", "--silent", "lint"]],
  ["freshness", ["npm", "run", "--silent", "check"]],
];

/** Runs a command; its output is shown only when it fails, unless `show` is set. */
async function run(command: readonly string[], show: boolean): Promise<boolean> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => output.push(chunk));
  const [code] = await once(child, "close");
  if (code !== 0 && !show) process.stdout.write(Buffer.concat(output));
  return code === 0;
}

async function runSteps(): Promise<Count> {
  let passed = 0;
  for (const [index, [name, command]] of steps.entries()) {
    const start = performance.now();
    const ok = await run(command, false);
    if (ok) passed++;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`[${index + 1}/${steps.length + 1}] ${name}: ${ok ? "passed" : "FAILED"} (${seconds} s)`);
  }
  return { passed, failed: steps.length - passed };
}

async function runSuites(): Promise<Count> {
  console.log(`[${steps.length + 1}/${steps.length + 1}] vitest`);
  const folder = await mkdtemp(join(tmpdir(), "couplet-test-"));
  const report = join(folder, "report.json");
  try {
    const flags = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const ok = await run(["npx", "--no-install", "vitest", "run", ...flags], true);
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(await readFile(report, "utf8"));
    // A suite that cannot be loaded and an error outside of any test fail the run without a failed test.
    return { passed, failed: ok ? failed : Math.max(1, failed) };
  } catch (error) {
    console.log(`vitest gave no report: ${String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// `--long`: properties are tried many times as often (runs.ts).
if (process.argv.includes("--long")) process.env["COUPLET_LONG"] = "1";
const counts = [await runSteps(), await runSuites()];
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);
