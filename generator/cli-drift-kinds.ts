/** The part of the command line for the kinds of drift beside that of the provider's document. */
import { type Command, Option } from "commander";
import { addReportOptions, type DriftCli, errorFlags } from "./cli-drift.ts";
import type { DriftCalendarFlags } from "./commands/drift-calendar.ts";
import type { DriftPolicyFlags } from "./commands/drift-policy.ts";
import type { DriftSurfaceFlags } from "./commands/drift-surface.ts";
import type { DriftTrafficFlags } from "./commands/drift-traffic.ts";

export function addCalendarCommand(drift: Command, { console, exit, reported }: DriftCli): void {
  addReportOptions(drift.command("calendar"))
    .description("what ends, and when: deprecated operations, versions that a policy dates, approvals")
    .argument("[provider...]", "provider; all when none is named")
    .option("--within <days>", "an operation that ends within so many days is a finding", "90d")
    .addHelpText(
      "after",
      "\nAn operation whose end has passed is breaking, one whose end is near is risky; all else is listed only, for `couplet check`\n" +
        "tells of versions whose support ends. Days are those of `x-sunset` in documents, of `supportedUntil` in policies and of\n" +
        "`until` in approvals.\n\n" +
        "Examples:\n  couplet drift calendar\n  couplet drift calendar acme --within 180d\n  couplet drift calendar --now 2027-06-30 --json",
    )
    .action(async (names: string[], flags: DriftCalendarFlags) => {
      const { runDriftCalendar } = await import("./commands/drift-calendar.ts");
      exit(await reported(console, errorFlags(flags), () => runDriftCalendar(names, flags, console)));
    });
}

export function addPolicyDriftCommand(drift: Command, { console, exit, reported }: DriftCli): void {
  addReportOptions(drift.command("policy"))
    .description(
      "entries of policies and overlays that match other operations than they did, or say what the document says",
    )
    .argument("[provider...]", "provider, or provider@version; all when none is named")
    .option("--from <document>", "compare with this document: a file, an https URL, or git:<ref>:<path>")
    .addOption(
      new Option("--allow-host <host>", "with a URL: open a connection to this host; no other is contacted").argParser(
        (host: string, hosts: readonly string[] = []) => [...hosts, host],
      ),
    )
    .option("--include-excluded", "list operations too that the policy leaves out, and that changed")
    .option("--fix", "write the new names of what was renamed into the policy; comments and layout stay")
    .addHelpText(
      "after",
      "\nWithout --from the pinned documents are compared with what `couplet drift upstream --fetch` has cached, and the counts\n" +
        "of the lock with the documents as they are now.\n\n" +
        "Examples:\n  couplet drift policy\n  couplet drift policy acme@2026-07 --from ./openapi.new.yaml\n" +
        "  couplet drift policy acme --fix",
    )
    .action(async (names: string[], flags: DriftPolicyFlags) => {
      const { runDriftPolicy } = await import("./commands/drift-policy.ts");
      exit(await reported(console, errorFlags(flags), () => runDriftPolicy(names, flags, console)));
    });
}

export function addSurfaceCommand(drift: Command, { console, exit, reported }: DriftCli): void {
  addReportOptions(drift.command("surface"))
    .description("what became of the declarations of our own packages, and which version that asks for")
    .argument("[provider...]", "provider; all when none is named")
    .option("--against <commit|folder>", "what was released: a commit or tag of git, or a folder (default: HEAD)")
    .addHelpText(
      "after",
      "\nThe TypeScript compiler compares what `exports` lets a consumer import: what is given must fit where the old one did,\n" +
        "what is taken must still take the old one. Removed or incompatible is major, new is minor, comments are a patch; before\n" +
        "1.0 a major is a minor.\n\n" +
        "Examples:\n  couplet drift surface\n  couplet drift surface acme --against v1.4.0\n" +
        "  couplet drift surface --against origin/main --include-safe --format markdown=surface.md",
    )
    .action(async (names: string[], flags: DriftSurfaceFlags) => {
      const { runDriftSurface } = await import("./commands/drift-surface.ts");
      exit(await reported(console, errorFlags(flags), () => runDriftSurface(names, flags, console)));
    });
}

export function addTrafficCommand(drift: Command, { console, exit, reported }: DriftCli): void {
  const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
  addReportOptions(drift.command("traffic"))
    .description("recorded calls that are not as the pinned documents tell")
    .argument("<file...>", "recordings: HAR 1.2, or one exchange a line")
    .addOption(new Option("--of <provider[@version]>", "only calls of these; repeatable").argParser(collect))
    .addOption(
      new Option("--server <url>", "another base URL of the APIs, such as a proxy; repeatable").argParser(collect),
    )
    .option(
      "--redact",
      "tell no values at all; without it unknown values of enumerations are told where they look harmless",
    )
    .addHelpText(
      "after",
      "\nA line is { request: { method, url, headers, body }, response: { status, headers, body } }; bodies are JSON, or text of it.\n" +
        "Of bodies only names and types are told; URLs without queries, and without what looks like an id.\n\n" +
        "Examples:\n  couplet drift traffic session.har\n" +
        "  couplet drift traffic night.ndjson --of acme@2026-07 --server http://proxy:8080/acme\n" +
        "  couplet drift traffic *.har --redact --format json=traffic.json",
    )
    .action(async (files: string[], flags: DriftTrafficFlags) => {
      const { runDriftTraffic } = await import("./commands/drift-traffic.ts");
      exit(await reported(console, errorFlags(flags), () => runDriftTraffic(files, flags, console)));
    });
}
