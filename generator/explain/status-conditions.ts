/** What a condition says of an answer when only its status is known. */
import type { Condition } from "@couplet/runtime/codegen/v1";

/** True or false when the status alone decides, undefined when more of the answer is asked for. */
export function statusVerdict(condition: Condition, status: number): boolean | undefined {
  if ("of" in condition) {
    const verdicts = condition.of.map((one) => statusVerdict(one, status));
    if (condition.op === "!") return verdicts[0] === undefined ? undefined : !verdicts[0];
    const decisive = condition.op === "||";
    if (verdicts.includes(decisive)) return decisive;
    return verdicts.includes(undefined) ? undefined : !decisive;
  }
  if (condition.op === "matches" || condition.left.from !== "status") return undefined;
  return typeof condition.right === "number" ? compares(status, condition.op, condition.right) : undefined;
}

function compares(status: number, op: "==" | "!=" | "<" | "<=" | ">" | ">=", literal: number): boolean {
  switch (op) {
    case "==":
      return status === literal;
    case "!=":
      return status !== literal;
    case "<":
      return status < literal;
    case "<=":
      return status <= literal;
    case ">":
      return status > literal;
    case ">=":
      return status >= literal;
  }
}

/** Statuses that a condition mentions. */
export function statusesOf(condition: Condition): number[] {
  if ("of" in condition) return condition.of.flatMap(statusesOf);
  if (condition.op === "matches" || condition.left.from !== "status") return [];
  return typeof condition.right === "number" ? [condition.right] : [];
}
