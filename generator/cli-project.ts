/** The part of the command line that keeps a project in step with its providers: check, drift upstream, update. */
import { type Command, Option } from "commander";
import { addReportOptions, type DriftCli, errorFlags } from "./cli-drift.ts";
import type { CheckFlags } from "./commands/check.ts";
import { formats } from "./commands/console.ts";
import type { DriftUpstreamFlags } from "./commands/drift-upstream.ts";
import type { UpdateFlags } from "./commands/update.ts";

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

export function addCheckCommand(program: Command, { console, exit, reported }: DriftCli): void {
  program
    .command("check")
    .description("everything that a pull request needs to know, without a connection")
    .argument("[provider...]", "provider; all when none is named")
    .option("--rebuild", "build everything and believe no hash of the lock: for changes of people you do not know")
    .option("--now <date>", "day to judge by, such as 2027-01-31 (default: today)")
    .addOption(
      new Option("--format <format>", "how findings are told").choices([...formats]).default(undefined, "text"),
    )
    .addOption(new Option("--json", "the same as --format json").conflicts("format"))
    .addHelpText(
      "after",
      "\nLooks at the policies, the lock, the documents, the generated files, and what is cached of the providers.\n" +
        "Exit codes: 0 nothing has drifted; 1 findings; 2 bad usage; 3 a cached document cannot be read; 5 an approval does\n" +
        "not hold; 6 the lock does not fit; 70 internal error. Of several the first of 70, 2, 3, 6, 5, 1.\n\n" +
        "Examples:\n  couplet check\n  couplet check acme --json\n  couplet check --rebuild --format github",
    )
    .action(async (names: string[], flags: CheckFlags) => {
      const { runCheck } = await import("./commands/check.ts");
      exit(await reported(console, flags, () => runCheck(names, flags, console)));
    });
}

export function addUpdateCommand(program: Command, { console, exit, reported }: DriftCli): void {
  program
    .command("update")
    .description("accept a provider's new document, with everything that follows from it; or write nothing")
    .argument("<provider@version>", "provider alone when it has one version")
    .option("--to <source>", "the document: a file, git:<ref>:<path>, or an https URL (default: what was fetched last)")
    .option("--as <version>", "keep the version, and add the document as a new one beside it")
    .addOption(
      new Option("--allow-host <host>", "with a URL: open a connection to this host; no other is contacted").argParser(
        collect,
      ),
    )
    .addOption(
      new Option("--bump <kind>", "what becomes of the package's version (default: what the changes ask for)").choices([
        ...["major", "minor", "patch", "none"],
      ]),
    )
    .option("--pr-body <file>", "write the text of a pull request there (with --dry-run: print it)")
    .option("--dry-run", "write nothing; tell what would become of it")
    .option("--json", "print one JSON object")
    .option("--now <date>", "day to write down, such as 2027-01-31 (default: today)")
    .addHelpText(
      "after",
      "\nWrites the document byte for byte, source.yaml, the generated files, the lock, CHANGELOG.md and the package's version,\n" +
        "and drops approvals of what was pinned before. Without a new document it accepts what the lock does not know yet:\n" +
        "servers and token endpoints that moved.\n" +
        "Exit codes: 0 accepted; 2 bad input; 3 the document cannot be read; 4 the provider cannot be reached.\n\n" +
        "Examples:\n  couplet update acme\n  couplet update acme@2026-07 --to ./openapi.json --dry-run\n" +
        "  couplet update acme@2026-07 --to ./new.yaml --as 2026-10\n" +
        "  couplet update acme --to https://acme.example/openapi.json --allow-host acme.example --pr-body pr.md",
    )
    .action(async (wanted: string, flags: UpdateFlags) => {
      const { runUpdate } = await import("./commands/update.ts");
      exit(await reported(console, flags.json ? { json: true } : {}, () => runUpdate(wanted, flags, console), true));
    });
}

export function addUpstreamCommand(drift: Command, { console, exit, reported }: DriftCli): void {
  addReportOptions(drift.command("upstream"))
    .description("what providers changed since their documents were pinned")
    .argument("[provider...]", "provider, or provider@version; all when none is named")
    .option(
      "--fetch",
      "ask for the documents again, at the `url` of each source.yaml, and keep them in .couplet/upstream",
    )
    .option(
      "--from <source>",
      "compare with this document: a file, git:<ref>:<path>, or an https URL whose host is allowed",
    )
    .addOption(
      new Option("--allow-host <host>", "open a connection to this host too; no other is contacted").argParser(collect),
    )
    .addHelpText(
      "after",
      "\nWithout --fetch and --from it goes by what was fetched before; no connection is opened then.\n" +
        "Exit codes: 0 nothing from --fail-on on; 1 findings; 2 bad usage; 3 a document cannot be read; 4 a provider cannot\n" +
        "be reached; 5 an approval does not hold; 70 internal error. Of several the first of 70, 2, 3, 5, 4, 1.\n\n" +
        "Examples:\n  couplet drift upstream\n  couplet drift upstream acme@2026-07 --fetch --format markdown=drift.md\n" +
        "  couplet drift upstream acme@2026-07 --from ./openapi.json --fail-on risky",
    )
    .action(async (names: string[], flags: DriftUpstreamFlags) => {
      const { runDriftUpstream } = await import("./commands/drift-upstream.ts");
      exit(await reported(console, errorFlags(flags), () => runDriftUpstream(names, flags, console)));
    });
}
