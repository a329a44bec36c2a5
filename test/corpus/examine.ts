/**
 * A process that generates documents and then judges document and output independently of the generator. Its parent
 * sends one `Order` after the other, and gets one `Findings` for each.
 */
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { declaredOperations, missingOperations } from "./declared-operations.ts";
import { emittedOperations } from "./emitted-operations.ts";
import type { Examined } from "./result.ts";
import { Source } from "./source.ts";
import { invalidity, loadJudges } from "./validity.ts";

export interface Order {
  readonly file: string;
  /** An empty folder for the package. */
  readonly out: string;
  /** Only judges the document. */
  readonly judgeOnly: boolean;
}

export type Findings = Omit<Examined, "key" | "document" | "megabytes">;

async function generateInto({ file, out, judgeOnly }: Order): Promise<Omit<Findings, keyof Judgement | "emitted">> {
  const start = performance.now();
  const warnings: Record<string, number> = {};
  let refusal: string[] = [];
  if (judgeOnly) return { generated: false, refusal, warnings, ms: 0, peak: 0 };
  try {
    const { generate } = await import("../../generator/generate.ts");
    const report = await generate([{ versions: [{ document: file, overlays: [] }], folder: () => "" }], {
      ...{ root: process.cwd(), out, lockFile: join(out, "couplet.lock.json"), lock: undefined, complete: true },
      ...{ scope: "@connectors", runtime: "0.0.0", strict: false, check: false, progress: () => {} },
    });
    for (const { code } of report.diagnostics) warnings[code] = (warnings[code] ?? 0) + 1;
  } catch (error) {
    const { name, message, stack } = error as Error;
    const errors = message.split("\n").filter((line) => line.includes(" error "));
    refusal = name === "InputError" ? errors.slice(0, 5) : [`crash: ${stack?.split("\n").slice(0, 4).join(" | ")}`];
  }
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  return { generated: refusal.length === 0, refusal, warnings, ms: Math.round(performance.now() - start), peak };
}

type Judgement = Pick<Examined, "valid" | "invalidBecause" | "declared" | "kept" | "missing">;

async function judge({ file, out }: Order): Promise<Judgement> {
  const emitted = globSync("*/*.ts", { cwd: out }).map((path) => readFileSync(join(out, path), "utf8"));
  const kept = emittedOperations(emitted);
  const judges = await loadJudges();
  try {
    const source = new Source(file);
    const declared = declaredOperations(source);
    const missing = missingOperations(declared, kept).slice(0, 10);
    const invalidBecause = (await invalidity(source, judges)).map((reason) => reason.slice(0, 400));
    const counts = { declared: declared.length, kept: kept.length, missing };
    return { valid: invalidBecause.length === 0, invalidBecause, ...counts };
  } catch (error) {
    const invalidBecause = [`unreadable: ${(error as Error).message.slice(0, 400)}`];
    return { valid: false, invalidBecause, declared: 0, kept: kept.length, missing: [] };
  }
}

async function examine(order: Order): Promise<Findings> {
  const generated = await generateInto(order);
  const sizes = globSync("**/*.ts", { cwd: order.out }).map((path) => statSync(join(order.out, path)).size);
  const emitted = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
  return { ...generated, emitted, ...(await judge(order)) };
}

process.on("message", async (order: Order) => process.send?.(await examine(order)));
