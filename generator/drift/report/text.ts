/** A report for the terminal. */
import { createPaint, excerptLines, type Paint, toVisible } from "../../report.ts";
import type { DriftReport, Finding, Severity, StaleApproval, Usage } from "../finding.ts";
import {
  calendarText,
  comparedOf,
  countsOf,
  isUsed,
  placeOf,
  placeText,
  reachOf,
  valueText,
  verdictOf,
  witnessText,
} from "./wording.ts";

export interface TextOptions {
  readonly colour: boolean;
  /** At most so many findings are told; 0: all. */
  readonly maxFindings: number;
  /** The findings only, without what the report says of them together. */
  readonly alone?: boolean;
}

const colours = { breaking: "red", risky: "yellow", notice: "cyan", safe: "green" } as const satisfies Record<
  Severity,
  Parameters<Paint>[0]
>;

export function toText(report: DriftReport, { colour, maxFindings, alone = false }: TextOptions): string {
  const paint = createPaint(colour);
  const shown = maxFindings === 0 ? report.findings : report.findings.slice(0, maxFindings);
  const hidden = report.findings.length - shown.length;
  const days = report.calendar.map((entry) =>
    [entry.date ?? "no date   ", toVisible(calendarText(entry)), `(${toVisible(entry.source)})`].join("  "),
  );
  const blocks = [
    ...shown.map((finding) => printFinding(finding, paint)),
    ...(hidden > 0 ? [`${hidden} more ${hidden === 1 ? "finding" : "findings"}: --max-findings 0 tells all`] : []),
    ...report.staleApprovals.map((stale) => printStale(stale, paint)),
    ...(days.length > 0 ? [days.join("\n")] : []),
    ...(alone ? [] : [endOf(report)]),
  ];
  return blocks.join("\n\n");
}

/** What was compared, and what came of it. */
function endOf(report: DriftReport): string {
  const { pairs, more } = comparedOf(report);
  const told = pairs.map((pair) => pair.map(toVisible).join(" -> "));
  const compared = [...told, ...(more > 0 ? [`${more} more`] : [])].join(", ");
  return [
    ...(report.bump === undefined ? [] : [`suggested bump: ${report.bump}`]),
    `${compared === "" ? "" : `${compared}: `}${verdictOf(report)}`,
    countsOf(report),
  ].join("\n");
}

function printFinding(finding: Finding, paint: Paint): string {
  const { severity, rule, message, why, fix, usage, approval, location, before, after } = finding;
  const place = placeOf(finding);
  const reach = reachOf(finding, 3);
  const line = (label: string, text: string | undefined): string[] =>
    text === undefined ? [] : [`  ${paint(label === "fix" ? "green" : "dim", `${label}:`)} ${toVisible(text)}`];
  const value = (side: unknown, where: Finding["location"]["base"]): string | undefined => {
    // The place of the headline is not told twice.
    const at = where === undefined || where === place ? "" : ` (${placeText(where)})`;
    return side === undefined ? (at === "" ? undefined : at.trim()) : `${valueText(side)}${at}`;
  };
  const sites = (usage?.sites ?? []).map((site) => {
    const said = site.diagnostic === undefined ? "" : `: ${site.diagnostic.code} ${site.diagnostic.message}`;
    return `${placeText(site)} ${site.how}${said}`;
  });
  return [
    `${place === undefined ? "" : `${toVisible(placeText(place))} `}${paint(colours[severity], severity)} ${toVisible(rule)} ${toVisible(message)}`,
    ...(place === undefined ? [] : excerptLines(place)),
    ...line("was", value(before, location.base)),
    ...line("now", value(after, location.revision)),
    ...line(
      "in",
      reach.texts.length === 0 ? undefined : reach.texts.join("; ") + (reach.more > 0 ? `; ${reach.more} more` : ""),
    ),
    ...sites.flatMap((site) => line("used", site)),
    ...(usage !== undefined && !isUsed(finding)
      ? line("used", usage.confidence === "possible" ? possibleText(usage) : "no")
      : []),
    ...line("example", witnessText(finding)),
    ...line("why", why),
    ...line("fix", fix),
    ...line("approved", approval === undefined ? undefined : approvalText(approval)),
    ...line("id", finding.fingerprint),
  ].join("\n");
}

function possibleText({ sites }: Usage): string {
  return sites.some(({ how }) => how !== "escape")
    ? "perhaps: the compiler accepts the change there"
    : "perhaps: a value that holds it goes where its type is lost";
}

function approvalText({ reason, by, until }: NonNullable<Finding["approval"]>): string {
  return `${reason}${by === undefined ? "" : `, by ${by}`}${until === undefined ? "" : `, until ${until}`}`;
}

function printStale(stale: StaleApproval, paint: Paint): string {
  const place = stale.location === undefined ? "" : `${toVisible(placeText(stale.location))} `;
  return [
    `${place}${paint("red", "error")} stale-approval the approval ${toVisible(stale.fingerprint)} does not hold: ${toVisible(stale.problem)}`,
    ...(stale.location === undefined ? [] : excerptLines(stale.location)),
    `  ${paint("green", "fix:")} look at it again: renew it with \`couplet approve\`, or remove it with \`couplet drift approvals --prune\``,
  ].join("\n");
}
