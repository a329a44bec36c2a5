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
      "\nAn end that has passed is breaking, one that is near is risky; all others are listed only. Days are those of `x-sunset` in\n" +
        "documents, of `supportedUntil` in policies and of `until` in approvals.\n\n" +
        "Examples:\n  couplet drift calendar\n  couplet drift calendar acme --within 180d\n  couplet drift calendar --now 2027-06-30 --json",
    )
    .action(async (names: string[], flags: DriftCalendarFlags) => {
      const { runDriftCalendar } = await import("./commands/drift-calendar.ts");
      exit(await reported(console, errorFlags(flags), () => runDriftCalendar(names, flags, console)));
    });
}
