/** The part of the command line for the kinds of drift that need no second document. */
import type { Command } from "commander";
import { addReportOptions, type DriftCli, errorFlags } from "./cli-drift.ts";
import type { DriftCalendarFlags } from "./commands/drift-calendar.ts";

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
