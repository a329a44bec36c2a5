/** The part of the command line that compares: what has drifted, and what of it is accepted. */
import { type Command, Option } from "commander";
import type { ApproveFlags } from "./commands/approve.ts";
import type { Console, FormatFlags } from "./commands/console.ts";
import type { DiffFlags } from "./commands/diff.ts";
import type { DriftApprovalsFlags } from "./commands/drift-approvals.ts";
import type { DriftExplainFlags } from "./commands/drift-explain.ts";
import type { DriftRulesFlags } from "./commands/drift-rules.ts";
import type { ImpactFlags } from "./commands/impact.ts";
import { errorFormat, type ReportFlags } from "./commands/report-output.ts";
import { failOnWords } from "./drift/fail-on.ts";
import { reportFormats } from "./drift/report/print-report.ts";

export interface DriftCli {
  readonly console: Console;
  /** Takes the exit code of a command. */
  readonly exit: (code: number) => void;
  /** Runs a command; bad input is told in the format that was asked for. */
  /** Runs a command and tells bad input like findings; of a command that writes, that nothing was written. */
  readonly reported: (
    console: Console,
    flags: FormatFlags,
    run: () => Promise<number>,
    writes?: boolean,
  ) => Promise<number>;
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** The options that every command with a report has. */
export function addReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--fail-on <what>", "from which findings on the exit code is 1 (default: breaking)").choices([
        ...failOnWords,
      ]),
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

const exitCodes =
  "\nExit codes: 0 nothing from --fail-on on; 1 findings; 2 bad usage; 3 a document cannot be read; 4 the provider cannot be\n" +
  "reached; 5 an approval does not hold; 70 internal error. Of several the first of 70, 2, 3, 5, 4, 1.";

export function addDiffCommand(program: Command, { console, exit, reported }: DriftCli): void {
  addReportOptions(program.command("diff"))
    .description("what changed between two documents, judged from the side of a client")
    .argument("<base>", "what you have: a file, an https URL, git:<ref>:<path>, or provider@version of the project")
    .argument("<revision>", "what comes: the same forms")
    .addOption(
      new Option("--allow-host <host>", "with a URL: open a connection to this host; no other is contacted").argParser(
        collect,
      ),
    )
    .option("--policy <file>", "judge by this policy (default: that of provider@version, else none)")
    .option("--no-policy", "judge the raw documents")
    .addHelpText(
      "after",
      `${exitCodes}\n\nExamples:\n  couplet diff acme@2026-01 acme@2026-07\n  couplet diff git:main:openapi.yaml openapi.yaml --format github\n` +
        "  couplet diff acme@2026-07 https://acme.example/openapi.json --allow-host acme.example\n" +
        "  couplet diff old.yaml new.yaml --format json=drift.json --format html=drift.html --fail-on risky",
    )
    .action(async (base: string, revision: string, flags: DiffFlags) => {
      const { runDiff } = await import("./commands/diff.ts");
      exit(await reported(console, errorFlags(flags), () => runDiff(base, revision, flags, console)));
    });
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
      exit(await reported(console, {}, () => runApprove(ids, flags, console), true));
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
    .command("rules")
    .description("list the rules that findings name, with their severity")
    .addOption(
      new Option("--format <format>", "how they are told").choices(["text", "json"]).default(undefined, "text"),
    )
    .addOption(new Option("--json", "the same as --format json").conflicts("format"))
    .addHelpText("after", "\nExamples:\n  couplet drift rules\n  couplet drift rules --format json")
    .action(async (flags: DriftRulesFlags) => {
      const { runDriftRules } = await import("./commands/drift-rules.ts");
      exit(runDriftRules(flags, console));
    });
  drift
    .command("explain")
    .description("what a rule means to a client and what to do; or all that a report knows of a finding")
    .argument("<rule|id>", "name of a rule, or id of a finding")
    .addOption(new Option("--report <file>", "with an id: report that has the finding").argParser(collect))
    .addHelpText(
      "after",
      "\nExamples:\n  couplet drift explain response-enum-value-added\n" +
        "  couplet drift explain b7c1e0a94f2d11aa --report drift.json",
    )
    .action(async (wanted: string, flags: DriftExplainFlags) => {
      const { runDriftExplain } = await import("./commands/drift-explain.ts");
      exit(await reported(console, {}, () => runDriftExplain(wanted, flags, console)));
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

export function addImpactCommand(program: Command, { console, exit, reported }: DriftCli): void {
  const impact = program
    .command("impact")
    .description("tell which lines of your own code a new version, or a new document, breaks")
    .option("--project <tsconfig>", "the code: its tsconfig.json")
    .option("--usage <file...>", "instead of a project: usage files that projects elsewhere have written")
    .option(
      "--to <provider@version>",
      "the version to move to; every other version of it that the code uses is compared",
    )
    .option("--spec <file>", "a new document of the version that the code uses")
    .option("--from <provider@version>", "with --spec: which version, where the code uses several")
    .addOption(new Option("--finding <id>", "only this finding; repeatable").argParser(collect))
    .option("--usage-out <file>", "write which operations and fields the code uses, without its text")
    .option("--all", "breaking changes count too where the code does not meet them");
  addReportOptions(impact)
    .addHelpText(
      "after",
      "\nThe code is read by the TypeScript compiler, and checked against the new client in memory: nothing is written. A\n" +
        "finding that breaks code is `proven` (the type check fails) or `used`; `possible` where the compiler accepts the\n" +
        "change or cannot follow the value; `unused` else. The first two fail.\n\n" +
        "Without --to and --spec, what `couplet drift upstream --fetch` has cached of the versions in use is compared.\n\n" +
        "Exit codes: 0 nothing breaks; 1 something does; 2 bad usage; 3 the new document cannot be read.\n\nExamples:\n" +
        "  couplet impact --project tsconfig.json --to acme@2026-07\n" +
        "  couplet impact --project tsconfig.json --spec ./openapi.new.yaml --format html=impact.html\n" +
        "  couplet impact --project tsconfig.json --usage-out usage.json\n" +
        "  couplet impact --usage shop/usage.json billing/usage.json --to acme@2026-07",
    )
    .action(async (flags: ImpactFlags) => {
      const { runImpact } = await import("./commands/impact.ts");
      exit(await reported(console, errorFlags(flags), () => runImpact(flags, console)));
    });
}
