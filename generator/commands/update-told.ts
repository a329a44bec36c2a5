/** What `couplet update` says it did. */

import { titleOf, type Update } from "../drift/report/changelog.ts";
import { printable } from "../errors.ts";
import { plural } from "./console.ts";

/** What became of an update. */
interface Told {
  readonly update: Update;
  readonly done: { readonly written: number; readonly removed: number };
  readonly dropped: number;
  readonly dryRun: boolean;
  /** Text of a pull request, where it is asked for. */
  readonly body?: { readonly file: string; readonly text: string };
}

/** For machines. */
export function toReport({ update, done, dropped, dryRun, body }: Told): object {
  const { provider, version, as, bump, document, report } = update;
  return {
    ...{ provider, version: as ?? version, ...(document === undefined ? {} : { document }) },
    ...{
      bump,
      package: update.package,
      title: titleOf(update),
      newOrigins: update.newOrigins,
      written: !dryRun,
      files: done,
      droppedApprovals: dropped,
    },
    ...(dryRun && body !== undefined ? { prBody: body.text } : {}),
    drift: report,
  };
}

/** For people. */
export function toLines({ update, done, dropped, dryRun, body }: Told): string[] {
  const { provider, version, as, bump, document, report } = update;
  const { name, before, after } = update.package;
  const { breaking, risky, notice, safe } = report.summary;
  if (!dryRun && done.written + done.removed === 0)
    return [`${provider}@${version}: nothing to accept, all is as locked`];
  const changes = `${breaking} breaking, ${risky} risky, ${notice} announced, ${safe} safe`;
  return [
    `${provider}@${as ?? version}  ${document === undefined ? "generated again; the document stays" : `${document.from}: ${changes}`}`,
    `${name}  ${before === after ? `stays at ${before}` : `${before} -> ${after} (${bump}${bump === "major" && after.startsWith("0.") ? ", before 1.0 the second number" : ""})`}`,
    ...(update.newOrigins.length === 0
      ? []
      : [`calls and credentials go to a new place: ${update.newOrigins.map(printable).join(", ")}`]),
    dryRun
      ? "nothing was written (--dry-run)"
      : `${plural(done.written, "file")} written, ${done.removed} removed${dropped > 0 ? `, ${plural(dropped, "approval")} dropped` : ""}`,
    `title: ${titleOf(update)}`,
    ...(dryRun && body !== undefined ? ["", `${printable(body.file)} would hold:`, "", ...body.text.split("\n")] : []),
  ];
}
