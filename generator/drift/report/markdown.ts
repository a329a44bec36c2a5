/** A report as the comment on a pull request: what breaks first, the rest folded, and never more than GitHub takes. */
import type { CalendarEntry, DriftReport, Finding, StaleApproval } from "../finding.ts";
import { code, prose } from "./markdown-text.ts";
import {
  calendarText,
  comparedOf,
  countsOf,
  isUsed,
  mayBeMet,
  placeOf,
  placeText,
  reachOf,
  severityTitles,
  subjectOf,
  valueText,
  verdictOf,
  witnessText,
} from "./wording.ts";

/** GitHub refuses a comment of more characters; bytes are on the safe side. */
export const mostBytes = 65_536;
const note = (left: number): string =>
  `\n_${left} more ${left === 1 ? "finding is" : "findings are"} left out, so that this fits into a comment: see the other formats of the report._\n`;

/** A person's comment is found again by its first line. */
function markerOf({ command }: DriftReport): string {
  return `<!-- couplet-drift:${command.toLowerCase().replace(/[^a-z0-9]+/g, "-")} -->`;
}

export function toMarkdown(report: DriftReport, maxFindings: number): string {
  const head = [markerOf(report), `## couplet: ${prose(verdictOf(report))}`, "", headline(report), ""].join("\n");
  const tail = `${staleSection(report.staleApprovals)}${calendarSection(report.calendar)}`;
  const limit = maxFindings === 0 ? Number.POSITIVE_INFINITY : maxFindings;
  // The tail is short by nature; where a hostile report makes it long, it is what gives way.
  const kept =
    bytes(tail) > mostBytes / 4 ? "\n_More approvals or dates than fit into a comment are left out._\n" : tail;
  let room = mostBytes - bytes(head) - bytes(kept) - bytes(note(report.findings.length)) - 1;
  let shown = 0;
  const body: string[] = [];
  for (const section of sectionsOf(report)) {
    const lines: string[] = [];
    const frame = bytes(section.open) + bytes(section.close) + 2;
    for (const finding of section.findings) {
      const text = section.print(finding);
      const cost = bytes(text) + 1 + (lines.length === 0 ? frame : 0);
      if (cost > room || shown >= limit) break;
      room -= cost;
      lines.push(text);
      shown++;
    }
    if (lines.length > 0) body.push(section.open, ...lines, section.close);
  }
  const left = report.findings.length - shown;
  return `${head}${body.join("\n")}${left > 0 ? note(left) : ""}${kept}`;
}

const bytes = (text: string): number => Buffer.byteLength(text);

function headline(report: DriftReport): string {
  const bump = report.bump === undefined ? "" : ` · suggested bump: **${report.bump}**`;
  const { pairs, more } = comparedOf(report);
  const told = pairs.map((pair) => pair.map(code).join(" with "));
  const compared = [...told, ...(more > 0 ? [`${more} more`] : [])].join(", ");
  return `${prose(countsOf(report))}${bump}\n${compared === "" ? "" : `\nCompared ${compared}.\n`}`;
}

interface Section {
  readonly open: string;
  readonly close: string;
  readonly findings: readonly Finding[];
  readonly print: (finding: Finding) => string;
}

function sectionsOf({ findings }: DriftReport): Section[] {
  const open = findings.filter((finding) => finding.approval === undefined);
  const breaking = open.filter((finding) => finding.severity === "breaking");
  const told = breaking.filter(mayBeMet);
  const folded = (title: string, list: readonly Finding[]): Section => ({
    open: `<details><summary>${list.length} ${title}</summary>\n`,
    close: "\n</details>\n",
    findings: list,
    print: toItem,
  });
  return [
    { open: "| what breaks | where | what to do |\n|---|---|---|", close: "", findings: told, print: toRow },
    folded(
      "breaking, not met by your code",
      breaking.filter((finding) => !mayBeMet(finding)),
    ),
    ...(["risky", "notice", "safe"] as const).map((severity) =>
      folded(
        severityTitles[severity],
        open.filter((finding) => finding.severity === severity),
      ),
    ),
    folded(
      "approved",
      findings.filter((finding) => finding.approval !== undefined),
    ),
  ];
}

function toRow(finding: Finding): string {
  const sites = (isUsed(finding) || finding.usage?.confidence === "possible" ? finding.usage!.sites : []).slice(0, 3);
  const more = (finding.usage?.sites.length ?? 0) - sites.length;
  const where = [
    code(subjectOf(finding)),
    ...sites.map(
      (site) => `${code(placeText(site))}${site.diagnostic === undefined ? "" : ` ${code(site.diagnostic.code)}`}`,
    ),
    ...(sites.length > 0 && more > 0 ? [`and ${more} more`] : []),
  ];
  const what = `${prose(finding.message)}<br>${code(finding.rule)} ${code(finding.fingerprint)}`;
  return `| ${what} | ${where.join("<br>")} | ${prose(finding.fix)} |`;
}

function toItem(finding: Finding): string {
  const { before, after, usage, approval } = finding;
  const place = placeOf(finding);
  const example = witnessText(finding);
  const reach = reachOf(finding, 3);
  const sites = (usage?.sites ?? []).slice(0, 3).map((site) => code(placeText(site)));
  return [
    `- **${prose(finding.message)}** ${code(finding.rule)} ${code(finding.fingerprint)}`,
    ...(reach.texts.length === 0
      ? []
      : [`  in ${reach.texts.map(code).join(", ")}${reach.more > 0 ? ` and ${reach.more} more` : ""}`]),
    ...(sites.length === 0 ? [] : [`  your code: ${sites.join(", ")}`]),
    ...(place === undefined || sites.length > 0 ? [] : [`  at ${code(placeText(place))}`]),
    ...(before === undefined && after === undefined ? [] : [`  ${changeOf(before, after)}`]),
    ...(example === undefined ? [] : [`  example: ${prose(example)}`]),
    `  ${prose(finding.why)}; ${prose(finding.fix)}`,
    ...(approval === undefined ? [] : [`  approved: ${prose(approval.reason)}`]),
  ].join("  \n");
}

function changeOf(before: unknown, after: unknown): string {
  const sides = [
    ["was", before],
    ["now", after],
  ] as const;
  return sides
    .flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${code(valueText(value, 80))}`]))
    .join(", ");
}

function staleSection(stale: readonly StaleApproval[]): string {
  if (stale.length === 0) return "";
  const lines = stale.map(
    ({ fingerprint, problem, location }) =>
      `- ${code(fingerprint)}${location === undefined ? "" : ` at ${code(placeText(location))}`}: ${prose(problem)}`,
  );
  return `\n### Approvals that do not hold\n\n${lines.join("\n")}\n`;
}

function calendarSection(calendar: readonly CalendarEntry[]): string {
  if (calendar.length === 0) return "";
  const rows = calendar.map(
    (entry) => `| ${entry.date ?? "no date"} | ${prose(calendarText(entry))} | ${prose(entry.source)} |`,
  );
  return `\n### Calendar\n\n| day | what | told by |\n|---|---|---|\n${rows.join("\n")}\n`;
}
