/** `couplet drift rules`: all rules, and what each means to a client. */
import { type Rule, rules } from "../drift/rules.ts";
import { type Console, plural } from "./console.ts";

export interface DriftRulesFlags {
  readonly json?: boolean;
  readonly format?: "text" | "json";
}

export function runDriftRules({ json, format = "text" }: DriftRulesFlags, console: Console): number {
  const all = rules();
  if (json || format === "json") {
    console.out(JSON.stringify({ rules: all }, null, 2));
    return 0;
  }
  for (const { rule, cases } of all)
    for (const { severity, when } of cases)
      console.out(`${severity.padEnd(8)}  ${rule}${when.length === 0 ? "" : `  (${when.join(", ")})`}`);
  console.out(`${plural(all.length, "rule")}; couplet drift explain <rule> tells why, and what to do`);
  return 0;
}

/** One rule for people. */
export function ruleText({ rule, cases }: Rule): string {
  const breaks = { callers: ", for all calls of the operation", users: ", for code that uses it" };
  const blocks = cases.map(({ severity, breaks: of, when, why, fix }, index) => {
    const condition = when.length > 0 ? ` when ${when.join(" and ")}` : index > 0 ? " otherwise" : "";
    return `  ${severity}${of === undefined ? "" : breaks[of]}${condition}\n    why: ${why}\n    fix: ${fix}`;
  });
  return [rule, ...blocks].join("\n");
}
