/** The part of the command line for the kinds of drift beside that of the provider's document. */
import { type Command, Option } from "commander";
import { addReportOptions, type DriftCli, errorFlags } from "./cli-drift.ts";
import type { DriftCalendarFlags } from "./commands/drift-calendar.ts";
import type { DriftPolicyFlags } from "./commands/drift-policy.ts";

export function addCalendarCommand(drift: Command, { console, exit, reported }: DriftCli): void {
  addReportOptions(drift.command("calendar"))
    .description("what ends, and when: deprecated operations, versions that a policy dates, approvals")
    .argument("[provider...]", "provider; all when none is named")
    .option("--within <days>", "an operation that ends within so many days is a finding", "90d")
    .addHelpText(
      "after",
      "\nAn end that has passed is breaking, one that is near is risky; all others are listed only. Days are those of `x-sunset` in\n" +
        "documents, of `supportedUntil` in policies and of `until` in approvals.\n\n" +
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
