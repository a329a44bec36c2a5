/** Where the reports of a drift command go: one run, many formats. Nothing is written before all of them are printed. */
import { resolve } from "node:path";
import { exitCode, type RunOutcome } from "../drift/exit-code.ts";
import { type FailOn, failOnWords, outcomesOf } from "../drift/fail-on.ts";
import type { DriftReport } from "../drift/finding.ts";
import { toStepOutputs } from "../drift/report/github.ts";
import { printReport, type ReportFormat, reportFormats } from "../drift/report/print-report.ts";
import { commandLine, InputError } from "../errors.ts";
import { appendNamed, writeNamed } from "../workspace.ts";
import type { Console, Format } from "./console.ts";
import { dayOf } from "./today.ts";

export interface ReportFlags {
  /** `html=drift.html`; without a file it goes to standard output. */
  readonly format?: readonly string[];
  readonly json?: boolean;
  readonly failOn?: string;
  readonly maxFindings?: string;
  readonly includeSafe?: boolean;
  /** Today, for those who run it again later. */
  readonly now?: string;
}

/** The flags, understood. */
export interface ReportOutput {
  readonly outputs: readonly { readonly format: ReportFormat; readonly file?: string }[];
  readonly failOn: FailOn;
  /** Absent: all, but in a terminal `mostInTerminal`. */
  readonly maxFindings?: number;
  readonly includeSafe: boolean;
  /** `2026-11-22` */
  readonly today: string;
}

const mostInTerminal = 100;

export function usageError(message: string, fix: string): InputError {
  return new InputError([{ file: commandLine, line: 1, column: 1, code: "C004", severity: "error", message, fix }]);
}

/** @throws InputError before anything else is done. */
export function readReportFlags(flags: ReportFlags): ReportOutput {
  const { failOn = "breaking", maxFindings } = flags;
  if (!(failOnWords as readonly string[]).includes(failOn))
    throw usageError(`--fail-on ${JSON.stringify(failOn)} is no threshold`, `write one of ${failOnWords.join(", ")}`);
  if (maxFindings !== undefined && !/^\d{1,6}$/.test(maxFindings))
    throw usageError(`--max-findings ${JSON.stringify(maxFindings)} is no number`, "write a number; 0 tells all");
  return {
    outputs: outputsOf(flags),
    failOn: failOn as FailOn,
    ...(maxFindings === undefined ? {} : { maxFindings: Number(maxFindings) }),
    includeSafe: flags.includeSafe ?? false,
    today: dayOf(flags.now),
  };
}

function outputsOf({ format = [], json }: ReportFlags): ReportOutput["outputs"] {
  const outputs = [...format, ...(json ? ["json"] : [])].map((text) => {
    const [, name, file] = /^([^=]*)(?:=(.*))?$/s.exec(text)!;
    if (!(reportFormats as readonly string[]).includes(name!))
      throw usageError(`there is no format ${JSON.stringify(name)}`, `known formats: ${reportFormats.join(", ")}`);
    if (file === "") throw usageError(`--format ${text} names no file`, `write ${name}=<file>, or ${name} alone`);
    return { format: name as ReportFormat, ...(file === undefined ? {} : { file }) };
  });
  const shown = outputs.filter((output) => output.file === undefined);
  if (shown.length > 1)
    throw usageError("only one format can go to standard output", `give the others a file: ${shown[1]!.format}=<file>`);
  const files = outputs.flatMap((output) => output.file ?? []);
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined)
    throw usageError(`two formats go to ${JSON.stringify(twice)}`, "give each a file of its own");
  // A run that writes files tells people what it found all the same.
  return shown.length === 0 ? [{ format: "text" }, ...outputs] : outputs;
}

/** In which format bad input is told, before there is a report. */
export function errorFormat({ format = [], json }: ReportFlags): Format {
  const shown = json ? "json" : format.find((text) => !text.includes("="));
  return shown === "json" || shown === "sarif" || shown === "github" ? shown : "text";
}

/** Prints and writes the report, and returns the exit code. `usedOnly` as in `Threshold`; `further`: what else became of the run. */
export async function tellReport(
  report: DriftReport,
  { outputs, failOn, maxFindings }: ReportOutput,
  console: Console,
  usedOnly: boolean,
  further: readonly RunOutcome[] = [],
): Promise<number> {
  const printed: { readonly text: string; readonly file?: string }[] = [];
  for (const { format, file } of outputs) {
    const colour = console.colour && file === undefined;
    const most = maxFindings ?? (format === "text" && file === undefined ? mostInTerminal : 0);
    const text = await printReport(report, format, { colour, maxFindings: most });
    printed.push(file === undefined ? { text } : { text, file: resolve(console.cwd, file) });
  }
  console.progress("");
  await writeNamed(new Map(printed.flatMap(({ text, file }) => (file === undefined ? [] : [[file, `${text}\n`]]))));
  for (const { text, file } of printed) if (file === undefined) console.out(text);
  const outputFile = outputs.some(({ format }) => format === "github") ? console.stepOutputs : undefined;
  if (outputFile !== undefined) await appendNamed(outputFile, toStepOutputs(report));
  return exitCode([...further, ...outcomesOf(report, { failOn, usedOnly })]);
}
