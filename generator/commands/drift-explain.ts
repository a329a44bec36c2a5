/** `couplet drift explain`: what a rule means, or all that a report knows of one finding. */
import { toText } from "../drift/report/text.ts";
import { rules } from "../drift/rules.ts";
import { nearest } from "../nearest.ts";
import type { Console } from "./console.ts";
import { ruleText } from "./drift-rules.ts";
import { readReports } from "./read-reports.ts";
import { usageError } from "./report-output.ts";

export interface DriftExplainFlags {
  readonly report?: readonly string[];
}

/** Returns the exit code; what is not known throws. */
export async function runDriftExplain(
  wanted: string,
  { report = [] }: DriftExplainFlags,
  console: Console,
): Promise<number> {
  const known = rules();
  const rule = known.find((one) => one.rule === wanted);
  if (rule !== undefined) {
    console.out(ruleText(rule));
    return 0;
  }
  const reports = await readReports(report, console.cwd);
  const found = reports.flatMap((one) => one.findings.filter(({ fingerprint }) => fingerprint === wanted));
  if (found.length > 0) {
    const [first] = reports;
    const alone = { ...first!, findings: found, staleApprovals: [], calendar: [] };
    console.out(toText(alone, { colour: console.colour, maxFindings: 0, alone: true }));
    for (const name of new Set(found.map((one) => one.rule))) {
      const its = known.find((one) => one.rule === name);
      if (its !== undefined) console.out(`\n${ruleText(its)}`);
    }
    return 0;
  }
  const near = nearest(
    wanted,
    known.map((one) => one.rule),
  );
  if (/^[0-9a-f]{16}$/.test(wanted))
    throw usageError(
      report.length === 0 ? "an id is explained from a report" : `no report has a finding ${wanted}`,
      "write one with `--format json=drift.json`, and name it: --report drift.json",
    );
  throw usageError(
    `there is no rule ${JSON.stringify(wanted)}`,
    near === undefined ? "`couplet drift rules` lists them" : `did you mean \`${near}\`?`,
  );
}
