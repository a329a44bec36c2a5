/** A report as one page that needs no network and no scripts: what broke, where code of the reader meets it, what to do. */
import { createHash } from "node:crypto";
import type { Location } from "../../errors.ts";
import type { CalendarEntry, DriftReport, Finding, StaleApproval } from "../finding.ts";
import { pageStyle } from "./html-style.ts";
import { type Html, html, nothing, words } from "./html-text.ts";
import {
  calendarText,
  comparedOf,
  isUsed,
  mayBeMet,
  placeText,
  reachOf,
  severityTitles,
  subjectOf,
  usedOf,
  valueText,
  verdictOf,
  witnessText,
} from "./wording.ts";

/** Operations and call sites of a finding that are told one by one. */
const mostPlaces = 50;
/** With more, the table is what is read, and cards are opened one by one. */
const mostUnfolded = 20;

export function toHtml(report: DriftReport, maxFindings: number): string {
  const shown = maxFindings === 0 ? report.findings : report.findings.slice(0, maxFindings);
  const left = report.findings.length - shown.length;
  const style = `'sha256-${createHash("sha256").update(pageStyle).digest("base64")}'`;
  const policy = `default-src 'none'; style-src ${style}; base-uri 'none'; form-action 'none'`;
  const open = shown.filter((finding) => finding.approval === undefined);
  const breaking = open.filter((finding) => finding.severity === "breaking");
  const told = breaking.filter(mayBeMet);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ html: policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${`${verdictOf(report)} - couplet`}</title>
<style>${{ html: pageStyle }}</style>
</head>
<body>
${headOf(report)}
<main>
${told.length > 1 ? glance(told) : nothing}
${cards("What breaks", told, told.length <= mostUnfolded)}
${staleOf(report.staleApprovals)}
${cards(
  "Breaking, not met by your code",
  breaking.filter((finding) => !mayBeMet(finding)),
  false,
)}
${(["risky", "notice", "safe"] as const).map((severity) =>
  cards(
    { risky: "Risky", notice: "Announced", safe: "Safe" }[severity],
    open.filter((finding) => finding.severity === severity),
    false,
  ),
)}
${cards(
  "Approved",
  shown.filter((finding) => finding.approval !== undefined),
  false,
)}
${left > 0 ? html`<p>${left} more are not shown.</p>` : nothing}
${calendarOf(report.calendar)}
</main>
<footer>couplet ${report.tool.version}, <code>${report.command}</code></footer>
</body>
</html>
`;
  return page.html;
}

function headOf(report: DriftReport): Html {
  const { summary, bump } = report;
  const used = usedOf(report);
  const { pairs, more } = comparedOf(report);
  const names = pairs.map(
    (pair) => html`<div>${pair.map((name, index) => html`${index === 0 ? "" : " → "}<code>${name}</code>`)}</div>`,
  );
  const told = html`${names}${more > 0 ? html`<div>and ${more} more</div>` : nothing}`;
  const chip = (tone: string, count: number, text: string): Html =>
    count === 0 && tone !== "breaking" ? nothing : html`<li class="${tone}"><b>${count}</b> ${text}</li>`;
  return html`<header>
<div class="soft">API drift${told}</div>
<h1>${verdictOf(report)}</h1>
<ul class="chips">${chip("breaking", summary.breaking, "breaking")}${
    used === undefined ? nothing : html`<li><b>${used.all}</b> met by your code</li>`
  }${chip("risky", summary.risky, severityTitles.risky)}${chip("notice", summary.notice, severityTitles.notice)}${chip(
    "safe",
    summary.safe,
    report.findings.some(({ severity }) => severity === "safe") ? severityTitles.safe : "safe, not listed",
  )}${chip("", summary.approved, "approved")}${
    bump === undefined ? nothing : html`<li>suggested bump <b>${bump}</b></li>`
  }</ul>
</header>`;
}

/** All breaks in one table, each a link to its card. */
function glance(findings: readonly Finding[]): Html {
  const rows = findings.map((finding) => {
    const [site] = finding.usage?.sites ?? [];
    const more = (finding.usage?.sites.length ?? 0) - 1;
    return html`<tr><td><a href="#f-${finding.fingerprint}">${words(finding.message)}</a></td>
<td>${site === undefined ? html`<code>${subjectOf(finding)}</code>` : html`<code>${placeText(site)}</code>${more > 0 ? ` and ${more} more` : ""}`}</td>
<td>${words(finding.fix)}</td></tr>`;
  });
  return html`<h2>At a glance</h2><table><thead><tr><th>what breaks</th><th>where</th><th>what to do</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function cards(title: string, findings: readonly Finding[], unfolded: boolean): Html {
  if (findings.length === 0) return nothing;
  return html`<section><h2>${title} <span class="soft">${findings.length}</span></h2>${findings.map((finding) => card(finding, unfolded))}</section>`;
}

function card(finding: Finding, unfolded: boolean): Html {
  const { severity, fingerprint, rule, message, why, fix, usage, approval } = finding;
  const head = html`<h3>${words(message)}</h3>`;
  const example = witnessText(finding);
  const body = html`<div class="meta"><span class="badge">${severityTitles[severity]}</span><span>${rule}</span><span>${subjectOf(finding)}</span><span>${
    usage === undefined ? "" : usageWords[usage.confidence]
  }</span><span>${fingerprint}</span></div>
${sitesOf(finding)}
<div class="sides">${sideOf("before", finding.location.base, finding.before)}${sideOf("after", finding.location.revision, finding.after)}</div>
<p class="todo"><b>What to do:</b> ${words(fix)}<br><span class="soft">${words(why)}</span></p>
${example === undefined ? nothing : html`<p class="soft">Example: ${words(example)}</p>`}
${approval === undefined ? nothing : html`<p>Approved${approval.by === undefined ? "" : ` by ${approval.by}`}: ${words(approval.reason)}</p>`}
${reachList(finding)}`;
  return unfolded
    ? html`<article class="card ${severity}" id="f-${fingerprint}">${head}${body}</article>`
    : html`<details class="card ${severity}" id="f-${fingerprint}"><summary>${head} <span class="soft">${subjectOf(finding)}</span></summary>${body}</details>`;
}

const usageWords = {
  proven: "your type check fails",
  used: "your code meets it",
  possible: "your code may meet it",
  unused: "your code does not meet it",
} as const;

function sitesOf(finding: Finding): Html {
  const sites = isUsed(finding) || finding.usage?.confidence === "possible" ? finding.usage!.sites : [];
  if (sites.length === 0) return nothing;
  const told = sites
    .slice(0, mostPlaces)
    .map(
      (site) =>
        html`<div class="label">${placeText(site)} ${site.how}</div>${excerpt(site)}${
          site.diagnostic === undefined
            ? nothing
            : html`<div class="soft">${site.diagnostic.code}: ${site.diagnostic.message}</div>`
        }`,
    );
  const more = sites.length - told.length;
  return html`<div class="sides"><div>${told}${more > 0 ? html`<div class="soft">and ${more} more places</div>` : nothing}</div></div>`;
}

function sideOf(name: "before" | "after", place: Location | undefined, value: unknown): Html {
  if (place === undefined && value === undefined) return nothing;
  // Where the line says the value itself, once is enough.
  const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, "");
  const { text = "", length = 0 } = place?.excerpt ?? {};
  const told = letters(text.slice((place?.column ?? 1) - 1).slice(0, length)) === letters(valueText(value, 400));
  const shown = value === undefined || told ? nothing : html`<pre>${valueText(value, 400)}</pre>`;
  return html`<div class="${name === "before" ? "was" : "now"}"><span class="label">${name}</span> <span class="soft">${
    place === undefined ? "" : placeText(place)
  }</span>${place?.excerpt === undefined ? nothing : excerpt(place)}${shown}</div>`;
}

/** The line with what is meant marked; of a long line the part around it. */
function excerpt({ column, excerpt: line }: Location): Html {
  if (line === undefined) return nothing;
  const from = Math.max(0, column - 1 - 120);
  const end = column - 1 + line.length;
  return html`<pre>${line.text.slice(from, column - 1)}<mark>${line.text.slice(column - 1, end)}</mark>${line.text.slice(end, end + 200)}</pre>`;
}

function reachList(finding: Finding): Html {
  const { texts, more } = reachOf(finding, mostPlaces);
  if (texts.length === 0) return nothing;
  const rest = more > 0 ? html`<li>and ${more} more</li>` : nothing;
  return html`<details><summary class="soft">reached by ${texts.length + more}</summary><ul class="reach">${texts.map(
    (text) => html`<li><code>${text}</code></li>`,
  )}${rest}</ul></details>`;
}

function staleOf(stale: readonly StaleApproval[]): Html {
  if (stale.length === 0) return nothing;
  const rows = stale.map(
    ({ fingerprint, problem, location }) =>
      html`<tr><td><code>${fingerprint}</code></td><td>${location === undefined ? "" : placeText(location)}</td><td>${words(problem)}</td></tr>`,
  );
  return html`<section><h2>Approvals that do not hold <span class="soft">${stale.length}</span></h2><table><tbody>${rows}</tbody></table></section>`;
}

function calendarOf(calendar: readonly CalendarEntry[]): Html {
  if (calendar.length === 0) return nothing;
  const rows = calendar.map(
    (entry) =>
      html`<tr><td>${entry.date ?? "no date"}</td><td>${calendarText(entry)}</td><td class="soft">${entry.source}</td></tr>`,
  );
  return html`<section><h2>Calendar</h2><table><tbody>${rows}</tbody></table></section>`;
}
