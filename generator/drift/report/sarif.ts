/** A report as one SARIF 2.1.0 document, for code scanning. */
import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from "node-sarif-builder";
import type { Location } from "../../errors.ts";
import { toVisible } from "../../report.ts";
import { toUri, toWellFormed } from "../../report-sarif.ts";
import type { DriftReport, Finding, StaleApproval } from "../finding.ts";
import { levelOf } from "./level.ts";
import { treePath } from "./tree-path.ts";
import { placeOf, witnessText } from "./wording.ts";

type Result = SarifResultBuilder["result"];
type SarifLocation = NonNullable<Result["locations"]>[number];

const staleRule = "stale-approval";

export function toSarifText(report: DriftReport): string {
  const run = new SarifRunBuilder({ columnKind: "utf16CodeUnits" });
  run.initSimple({ toolDriverName: "couplet", toolDriverVersion: report.tool.version });
  const rules = new Map(report.findings.map((finding) => [finding.rule, finding]));
  for (const [, finding] of [...rules].sort(([a], [b]) => (a < b ? -1 : 1))) run.addRule(toRule(finding));
  if (report.staleApprovals.length > 0) {
    const words = "an approval that does not hold any more";
    run.addRule(new SarifRuleBuilder().initSimple({ ruleId: staleRule, shortDescriptionText: words }));
  }
  for (const finding of report.findings) run.addResult(new SarifResultBuilder(toResult(finding)));
  for (const stale of report.staleApprovals) run.addResult(new SarifResultBuilder(toStaleResult(stale)));
  const log = new SarifBuilder();
  log.addRun(run);
  // Not `buildSarifJsonString`: it throws on a word that a document may well contain.
  return JSON.stringify(log.buildSarifOutput(), null, 2);
}

/** The help of a rule is what is told of it, since the texts of one rule are the same but for names. */
function toRule({ rule, why, fix }: Finding): SarifRuleBuilder {
  const builder = new SarifRuleBuilder({ help: { text: `${toVisible(why)}\nfix: ${toVisible(fix)}` } });
  return builder.initSimple({
    ruleId: toVisible(rule),
    shortDescriptionText: toVisible(rule).replaceAll("-", " "),
    fullDescriptionText: toVisible(why),
  });
}

function toResult(finding: Finding): Partial<Result> {
  const { severity, rule, message, why, fix, fingerprint, location, usage, approval } = finding;
  const place = placeOf(finding);
  const example = witnessText(finding);
  const text = [
    toVisible(message),
    `why: ${toVisible(why)}`,
    ...(example === undefined ? [] : [`example: ${toVisible(example)}`]),
    `fix: ${toVisible(fix)}`,
  ].join("\n");
  const related = [
    ...(usage?.sites ?? []).map((site): [Location, string] => [site, `your code: ${site.how}`]),
    ...(location.base === undefined ? [] : [[location.base, "before"] as [Location, string]]),
    ...(location.revision === undefined ? [] : [[location.revision, "after"] as [Location, string]]),
  ].filter(([one]) => one !== place);
  return {
    ruleId: toVisible(rule),
    message: { text },
    // SARIF has a level for what fails only.
    ...(severity === "safe" ? { kind: "informational", level: "none" } : { level: levelOf(finding) }),
    ...(place === undefined ? {} : { locations: [toLocation(place)] }),
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map(([one, words], id) => ({ id, ...toLocation(one), message: { text: words } })),
        }),
    partialFingerprints: { "drift/v1": fingerprint },
    ...(approval === undefined
      ? {}
      : { suppressions: [{ kind: "external", status: "accepted", justification: toVisible(approval.reason) }] }),
  };
}

function toStaleResult({ fingerprint, problem, location }: StaleApproval): Partial<Result> {
  return {
    ruleId: staleRule,
    level: "error",
    message: { text: toVisible(`the approval ${fingerprint} does not hold: ${problem}`) },
    ...(location === undefined ? {} : { locations: [toLocation(location)] }),
    partialFingerprints: { "drift/v1": `${staleRule}/${fingerprint}` },
  };
}

function toLocation({ file, line, column, excerpt }: Location): SarifLocation {
  const path = treePath(file);
  return {
    physicalLocation: {
      // A URL stays one; what lies outside of the checkout is told by its whole path.
      artifactLocation: { uri: path === undefined ? encodeURI(toWellFormed(file)) : toUri(path) },
      region: {
        startLine: line,
        startColumn: column,
        ...(excerpt === undefined ? {} : { endColumn: column + excerpt.length }),
      },
    },
  };
}
