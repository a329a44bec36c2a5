/** The command line: arguments, console and exit codes; nothing else touches them. */
import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { addApproveCommand, addDiffCommand, addDriftTools, addImpactCommand } from "./cli-drift.ts";
import { addCalendarCommand, addPolicyDriftCommand, addSurfaceCommand, addTrafficCommand } from "./cli-drift-kinds.ts";
import { addCheckCommand, addUpdateCommand, addUpstreamCommand } from "./cli-project.ts";
import type { AddFlags } from "./commands/add.ts";
import { type Console, countText, type FormatFlags, formatOf, formats, printFindings } from "./commands/console.ts";
import type { GenerateFlags } from "./commands/generate.ts";
import type { PolicyExplainFlags } from "./commands/policy-explain.ts";
import type { PolicyExportFlags } from "./commands/policy-export.ts";
import type { PolicyLintFlags } from "./commands/policy-lint.ts";
import type { PolicyMatrixFlags } from "./commands/policy-matrix.ts";
import { exitCode } from "./drift/exit-code.ts";
import { InputError } from "./errors.ts";
import { toVisible } from "./report.ts";

function createConsole(): Console {
  const watched = process.stderr.isTTY === true;
  return {
    cwd: process.cwd(),
    colour: watched && !process.env["NO_COLOR"],
    ...(process.env["GITHUB_OUTPUT"] ? { stepOutputs: process.env["GITHUB_OUTPUT"] } : {}),
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    progress: (text) => {
      if (watched) process.stderr.write(`\r\u001b[2K${text.slice(0, process.stderr.columns - 1)}`);
    },
  };
}

function toolVersion(): string {
  for (const path of ["package.json", "../package.json"]) {
    try {
      return (JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as { version: string }).version;
    } catch {
      // In dist the manifest is one folder up.
    }
  }
  return "unknown";
}

const format = (): Option =>
  new Option("--format <format>", "how findings are told").choices([...formats]).default(undefined, "text");
const json = (): Option => new Option("--json", "the same as --format json").conflicts("format");

/** Runs a command; bad input is told like its findings, in the format that was asked for. */
async function reported(
  console: Console,
  flags: FormatFlags,
  run: () => Promise<number>,
  writes = false,
): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.progress("");
    await printFindings(console, error.diagnostics, formatOf(flags));
    if (formatOf(flags) !== "json")
      console.err(`${countText(error.diagnostics)}${writes ? "; nothing was written" : ""}`);
    return exitCode([error.stop]);
  }
}

function createProgram(console: Console, exit: (code: number) => void): Command {
  const program = new Command("couplet")
    .description("OpenAPI document + reliability policy in, typed and resilient TypeScript clients out.")
    .version(toolVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => console.out(text.trimEnd()),
      writeErr: (text) => console.err(text.trimEnd()),
    })
    .showHelpAfterError("(run with --help for the options and examples)")
    .addHelpText(
      "after",
      "\nExit codes: 0 fine; 1 findings; 2 bad usage or bad input; 70 internal error; 3 to 6 of check, drift and update: see their help.",
    );

  program
    .command("generate")
    .description("write the client packages of a project's providers, or of one document")
    .argument("[provider...]", "provider, or provider@version; all when none is named")
    .option("--check", "write nothing; exit 1 if any generated file is edited, stale, missing or extra")
    .option("--strict", "treat warnings as errors")
    .addOption(format())
    .addOption(json())
    .option("--spec <file>", "generate this one OpenAPI document, no project needed")
    .option("--out <dir>", "with --spec: folder of the package")
    .option("--policy <file>", "with --spec: the policy")
    .option("--overlay <file...>", "with --spec: OpenAPI Overlay files, applied in this order")
    .option(
      "--provider <name>",
      "with --spec: name of the package (default: the policy's provider, else from info.title)",
    )
    .option("--api-version <version>", "with --spec: folder of the version (default: info.version)")
    .option(
      "--runtime <path|range>",
      "where packages find @couplet/runtime: a version range, or the path of its folder",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  couplet generate\n  couplet generate acme\n  couplet generate --check\n" +
        "  couplet generate --spec openapi.yaml --out generated/acme --policy acme.policy.yaml",
    )
    .action(async (names: string[], flags: GenerateFlags) => {
      const { runGenerate } = await import("./commands/generate.ts");
      exit(await reported(console, flags, () => runGenerate(names, flags, console), !flags.check));
    });

  addAddCommand(program, console, exit);
  addCheckCommand(program, { console, exit, reported });
  addUpdateCommand(program, { console, exit, reported });
  addPolicyCommands(program.command("policy").description("work with policies"), console, exit);
  addDiffCommand(program, { console, exit, reported });
  addImpactCommand(program, { console, exit, reported });
  addApproveCommand(program, { console, exit, reported });
  const drift = program.command("drift").description("what has drifted apart, by kind; and what of it is accepted");
  addUpstreamCommand(drift, { console, exit, reported });
  addPolicyDriftCommand(drift, { console, exit, reported });
  addSurfaceCommand(drift, { console, exit, reported });
  addTrafficCommand(drift, { console, exit, reported });
  addCalendarCommand(drift, { console, exit, reported });
  addDriftTools(drift, { console, exit, reported });
  return program;
}

function addAddCommand(program: Command, console: Console, exit: (code: number) => void): void {
  program
    .command("add")
    .description("take a provider's OpenAPI document into the project, with a first policy inferred from it")
    .argument("<provider>", "name of the provider's folder: a-z, 0-9 and -")
    .argument("<version>", "label of the version: a-z, 0-9, ., _ and -")
    .argument("<file>", "the document, with the files it refers to in its folder; or an https URL")
    .option("--overlay <file>", "OpenAPI Overlay that repairs the document; taken along as overlay.yaml")
    .option(
      "--allow-host <host>",
      "with a URL: open a connection to this host; no other is contacted",
      (host: string, hosts: readonly string[] = []) => [...hosts, host],
    )
    .option("--dry-run", "write nothing; print the policy")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nNothing is overwritten. A provider's policy that is there already stays as it is.\n\nExamples:\n" +
        "  couplet add acme 2026-07-01 ./openapi.json\n  couplet add acme 2026-07-01 ./openapi.json --dry-run\n" +
        "  couplet add acme 2026-07-01 ./openapi.yaml --overlay ./repairs.yaml\n" +
        "  couplet add acme 2026-07-01 https://acme.example/openapi.json --allow-host acme.example",
    )
    .action(async (provider: string, version: string, source: string, flags: AddFlags) => {
      const { runAdd } = await import("./commands/add.ts");
      exit(await reported(console, flags, () => runAdd(provider, version, source, flags, console), true));
    });
}

function addPolicyCommands(policy: Command, console: Console, exit: (code: number) => void): void {
  policy
    .command("lint")
    .description("report every mistake in the project's policies, with its place and the fix")
    .argument("[provider...]", "provider; all when none is named")
    .option("--strict", "exit 1 on warnings too")
    .addOption(format())
    .addOption(json())
    .addHelpText(
      "after",
      "\nExamples:\n  couplet policy lint\n  couplet policy lint acme --strict\n" +
        "  couplet policy lint --format sarif > couplet.sarif\n  couplet policy lint --format github",
    )
    .action(async (names: string[], flags: PolicyLintFlags) => {
      const { runPolicyLint } = await import("./commands/policy-lint.ts");
      exit(await reported(console, flags, () => runPolicyLint(names, flags, console)));
    });
  policy
    .command("schema")
    .description("print the JSON Schema of the policy format, for editors; generate writes it beside the policies")
    .addHelpText("after", "\nExamples:\n  couplet policy schema > policy.schema.json")
    .action(async () => {
      const { runPolicySchema } = await import("./commands/policy-schema.ts");
      exit(runPolicySchema(console));
    });
  policy
    .command("explain")
    .description("show every effective value of an operation, where it comes from, and what follows from it")
    .argument("<provider@version>", "provider alone when it has one version")
    .argument("<operation>", 'namespace.method, operationId, or "METHOD /path"')
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  couplet policy explain acme@2026-07 orders.list\n" +
        '  couplet policy explain acme createOrder\n  couplet policy explain acme "POST /orders" --json',
    )
    .action(async (provider: string, operation: string, flags: PolicyExplainFlags) => {
      const { runPolicyExplain } = await import("./commands/policy-explain.ts");
      exit(await reported(console, flags, () => runPolicyExplain(provider, operation, flags, console)));
    });
  policy
    .command("matrix")
    .description("show all operations side by side: class, attempts, key, limits, pages, deadline, age of the sources")
    .argument("[provider...]", "provider, or provider@version; all when none is named")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExamples:\n  couplet policy matrix\n  couplet policy matrix acme@2026-07 --json")
    .action(async (names: string[], flags: PolicyMatrixFlags) => {
      const { runPolicyMatrix } = await import("./commands/policy-matrix.ts");
      exit(await reported(console, flags, () => runPolicyMatrix(names, flags, console)));
    });
  policy
    .command("export")
    .description("write the effective policy of a version as an OpenAPI Overlay, for other tools to read")
    .argument("<provider@version>", "provider alone when it has one version")
    .addOption(new Option("--as <format>", "the form").choices(["overlay"]).default("overlay"))
    .option("--out <file>", "a .json file; printed when absent")
    .addHelpText(
      "after",
      "\nExamples:\n  couplet policy export acme@2026-07 --as overlay\n  couplet policy export acme --out acme.overlay.json",
    )
    .action(async (provider: string, flags: PolicyExportFlags) => {
      const { runPolicyExport } = await import("./commands/policy-export.ts");
      exit(await reported(console, {}, () => runPolicyExport(provider, flags, console), true));
    });
}

/** Runs the command line and returns the exit code. */
export async function main(args: readonly string[], console: Console = createConsole()): Promise<number> {
  let code = 0;
  try {
    await createProgram(console, (result) => {
      code = result;
    }).parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    console.progress("");
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const shown = error instanceof Error ? (process.env["COUPLET_DEBUG"] ? error.stack : error.message) : String(error);
    console.err(
      `internal error: ${toVisible(shown ?? "unknown")}\n  fix: please report it; COUPLET_DEBUG=1 prints where it happened`,
    );
    return 70;
  }
}
