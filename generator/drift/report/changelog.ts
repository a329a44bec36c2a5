/** What a new version of a package brought, for those who upgrade: an entry of CHANGELOG.md, and the text of a pull request. */
import type { Bump, DriftReport, Finding, Severity } from "../finding.ts";
import { toMarkdown } from "./markdown.ts";
import { code, prose } from "./markdown-text.ts";
import { subjectOf } from "./wording.ts";

export interface Update {
  readonly provider: string;
  readonly version: string;
  /** Label of a version that comes beside the others. */
  readonly as?: string;
  readonly package: { readonly name: string; readonly before: string; readonly after: string };
  readonly bump: Bump;
  /** Where the document came from, and its sha256; absent where the documents stayed. */
  readonly document?: { readonly from: string; readonly sha256: string };
  /** Servers and token endpoints that the version did not have before. */
  readonly newOrigins: readonly string[];
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly report: DriftReport;
}

/** Of each severity: a changelog is read by people. */
const most = 100;

const titles: readonly (readonly [Severity, string])[] = [
  ["breaking", "Breaking"],
  ["risky", "Look at"],
  ["notice", "Announced"],
  ["safe", "New"],
];

/** By Conventional Commits 1.0. */
export function titleOf({ provider, version, as, bump, document, today }: Update): string {
  const kind = { major: "feat", minor: "feat", patch: "fix", none: "chore" }[bump];
  const what =
    as !== undefined
      ? `add version ${as}`
      : document === undefined
        ? `accept what changed of ${version}`
        : `take the document of ${version} of ${today}`;
  return `${kind}(${provider})${bump === "major" ? "!" : ""}: ${what}`;
}

function subject({ provider, version, as, document }: Update): string {
  const name = code(`${provider}@${as ?? version}`);
  if (document === undefined) return `${name}: generated again.`;
  const beside = as === undefined ? "" : `, beside ${code(version)}; what differs from that`;
  return `${name}: the document of ${code(document.from)} (sha256 ${code(document.sha256.slice(0, 12))})${beside}.`;
}

function origins({ newOrigins }: Update): string[] {
  return newOrigins.length === 0
    ? []
    : [`**Calls and credentials go to a new place:** ${newOrigins.map(code).join(", ")}.`];
}

const line = (finding: Finding): string =>
  `- **${prose(subjectOf(finding))}**: ${prose(finding.message)}; ${prose(finding.why)}. *What to do:* ${prose(finding.fix)}.`;

function entry(update: Update): string {
  const sections = titles.flatMap(([severity, title]) => {
    const findings = update.report.findings.filter((finding) => finding.severity === severity);
    const rest = findings.length - most;
    const lines = findings.slice(0, most).map(line);
    return findings.length === 0
      ? []
      : [`### ${title}`, [...lines, ...(rest > 0 ? [`- and ${rest} more`] : [])].join("\n")];
  });
  return [`## ${update.package.after} (${update.today})`, subject(update), ...origins(update), ...sections].join(
    "\n\n",
  );
}

/** The changelog with the entry of an update above the others. */
export function withEntry(text: string | undefined, update: Update): string {
  const before = text ?? `# Changelog of ${update.package.name}\n`;
  const first = /^## /m.exec(before)?.index ?? before.length;
  const head = before.slice(0, first).trimEnd();
  const rest = before.slice(first);
  return `${head === "" ? "" : `${head}\n\n`}${entry(update)}\n${rest === "" ? "" : `\n${rest}`}`;
}

/** GitHub takes 65,536 characters. */
export function pullRequestBody(update: Update): string {
  const { name, before, after } = update.package;
  const release =
    before === after ? `${code(name)} stays at ${code(before)}` : `${code(name)} ${before} → **${after}**`;
  const head = `${[subject(update), ...origins(update), `${release} (${update.bump}).`].join("\n\n")}\n\n`;
  const text = toMarkdown(update.report, 0);
  const fits = Buffer.byteLength(head) + Buffer.byteLength(text) < 65_000;
  return `${head}${fits ? text : toMarkdown(update.report, 50)}`;
}
