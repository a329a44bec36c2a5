/** A report as workflow commands, which GitHub shows beside the lines of a pull request; and the outputs of the step. */
import { toVisible } from "../../report.ts";
import { toWorkflowCommand, type WorkflowCommand } from "../../report-github.ts";
import type { DriftReport, Finding, StaleApproval } from "../finding.ts";
import { levelOf } from "./level.ts";
import { treePath } from "./tree-path.ts";
import { countsOf, placeOf, placeText, subjectOf, usedOf, verdictOf } from "./wording.ts";

/** GitHub shows so many of a step and level, and drops the rest without a word. */
const mostOfALevel = 10;
const levels = { error: "error", warning: "warning", note: "notice" } as const;

/** Approved and safe findings are no annotations. */
export function toGithubText(report: DriftReport): string {
  const open = report.findings.filter((finding) => finding.approval === undefined && finding.severity !== "safe");
  const all = [...report.staleApprovals.map(staleCommand), ...open.map(findingCommand)];
  const kept = Object.values(levels).flatMap((level): WorkflowCommand[] => {
    const commands = all.filter((command) => command.level === level);
    if (commands.length <= mostOfALevel) return commands;
    const rest = commands.length - mostOfALevel + 1;
    const more = { level, title: "couplet drift", text: `${rest} more are in the other formats of the report` };
    return [...commands.slice(0, mostOfALevel - 1), more];
  });
  return [...kept.map(toWorkflowCommand), `couplet: ${verdictOf(report)}; ${countsOf(report)}`].join("\n");
}

function findingCommand(finding: Finding): WorkflowCommand {
  const { rule, message, why, fix, fingerprint } = finding;
  const place = placeOf(finding);
  const beside = placeIn(place);
  const lines = {
    in: subjectOf(finding),
    // Where there is no line to stand beside, the place is told.
    ...(beside.place === undefined && place !== undefined ? { at: placeText(place) } : {}),
    why,
    fix,
    id: fingerprint,
  };
  const text = Object.entries(lines).map(([label, words]) => `${label}: ${toVisible(words)}`);
  return {
    ...beside,
    level: levels[levelOf(finding)],
    title: `couplet ${toVisible(rule)}`,
    text: [toVisible(message), ...text].join("\n"),
  };
}

function staleCommand({ fingerprint, problem, location }: StaleApproval): WorkflowCommand {
  const text = toVisible(`the approval ${fingerprint} does not hold: ${problem}`);
  return { ...placeIn(location), level: "error", title: "couplet stale-approval", text };
}

/** Another document than a file of the checkout has no line to stand beside. */
function placeIn(place: ReturnType<typeof placeOf>): Pick<WorkflowCommand, "place"> {
  const file = place === undefined ? undefined : treePath(place.file);
  return place === undefined || file === undefined ? {} : { place: { ...place, file } };
}

/** Lines for the file that `GITHUB_OUTPUT` names: `breaking`, `risky`, `used` and `bump`. */
export function toStepOutputs(report: DriftReport): string {
  const { breaking, risky } = report.summary;
  const outputs = { breaking, risky, used: usedOf(report)?.all ?? "", bump: report.bump ?? "" };
  return Object.entries(outputs)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
