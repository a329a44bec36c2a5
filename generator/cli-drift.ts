/** The part of the command line that compares: what has drifted, and what of it is accepted. */
import { type Command, Option } from "commander";
import type { ApproveFlags } from "./commands/approve.ts";
import type { Console, FormatFlags } from "./commands/console.ts";
import type { DriftApprovalsFlags } from "./commands/drift-approvals.ts";
import { errorFormat, type ReportFlags } from "./commands/report-output.ts";
import { failOnWords } from "./drift/fail-on.ts";
import { reportFormats } from "./drift/report/print-report.ts";

export interface DriftCli {
  readonly console: Console;
  /** Takes the exit code of a command. */
  readonly exit: (code: number) => void;
  /** Runs a command; bad input is told in the format that was asked for. */
  readonly reported: (console: Console, flags: FormatFlags, run: () => Promise<number>) => Promise<number>;
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** The options that every command with a report has. */
export function addReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--fail-on <what>", "from which findings on the exit code is 1")
        .choices([...failOnWords])
        .default(undefined, "breaking"),
    )
    .option("--include-safe", "list what changes nothing for a client too")
    .addOption(
      new Option(
        "--format <format[=file]>",
        `how findings are told, and where; repeatable: ${reportFormats.join(", ")} (default: text)`,
      ).argParser(collect),
    )
    .option("--json", "the same as --format json")
    .option("--max-findings <number>", "tell people at most so many; 0 tells all (default: 100 in a terminal)")
    .option("--now <date>", "judge approvals as on this day, such as 2027-01-31 (default: today)");
}

/** How the flags of a report are told errors. */
export function errorFlags(flags: ReportFlags): FormatFlags {
  return { format: errorFormat(flags) };
}

export function addApproveCommand(program: Command, { console, exit, reported }: DriftCli): void {
  program
    .command("approve")
    .description("accept findings of a report, with the reason, in couplet.approvals.yaml")
    .argument("<id...>", "ids of findings, as reports print them")
    .option("--reason <text>", "why it is accepted; there is no approval without")
    .addOption(
      new Option("--report <file>", "report with the findings, written with --format json=<file>").argParser(collect),
    )
    .option("--by <who>", "who accepts it")
    .option("--until <date>", "last day on which it holds, such as 2027-01-31")
    .option("--now <date>", "today, for --until")
    .addHelpText(
      "after",
      "\nAn approved finding stays in every report, marked, and does not fail a run. One that is approved already is renewed.\n\n" +
        'Examples:\n  couplet approve b7c1e0a94f2d11aa --report drift.json --reason "handled by the default branch"\n' +
        '  couplet approve b7c1e0a94f2d11aa 0a3e77c2d1f04b55 --report drift.json --reason "only logged" --until 2027-01-31',
    )
    .action(async (ids: string[], flags: ApproveFlags) => {
      const { runApprove } = await import("./commands/approve.ts");
      exit(await reported(console, {}, () => runApprove(ids, flags, console)));
    });
}

/** What `couplet drift` has beside its kinds of drift. */
export function addDriftTools(drift: Command, { console, exit, reported }: DriftCli): void {
  drift
    .command("approvals")
    .description("list what is accepted, and what of it does not hold any more")
    .addOption(
      new Option("--report <file>", "report that knows which approvals match nothing any more").argParser(collect),
    )
    .option("--prune", "remove what does not hold")
    .option("--now <date>", "judge as on this day (default: today)")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExit codes: 0 all hold, or were removed; 5 some do not.\n\nExamples:\n  couplet drift approvals\n" +
        "  couplet drift approvals --report drift.json --prune",
    )
    .action(async (flags: DriftApprovalsFlags) => {
      const { runDriftApprovals } = await import("./commands/drift-approvals.ts");
      exit(await reported(console, flags.json ? { json: true } : {}, () => runDriftApprovals(flags, console)));
    });
  drift
    .command("schema")
    .description("print the JSON Schema of the reports that --format json gives")
    .addHelpText("after", "\nExamples:\n  couplet drift schema > drift-report.schema.json")
    .action(async () => {
      const { runDriftSchema } = await import("./commands/drift-schema.ts");
      exit(runDriftSchema(console));
    });
}
