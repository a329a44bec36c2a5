import { compiled } from "./compiled.ts";
import type { Condition } from "./descriptor.ts";
import { type Exchange, readPointer } from "./pointer.ts";

/** Patterns see this much of a text at most, so that a hostile answer cannot buy time (architecture: regular expressions). */
const LONGEST_MATCHED = 2_048;

const NUMBER = /^-?[0-9]+(?:\.[0-9]+)?$/;

/** A feature that generated code names: `conditionHolds`. */
export type ConditionTest = (condition: Condition, exchange: Exchange) => boolean;

/**
 * Whether a condition holds for an exchange. A missing value equals `null` and nothing else; `<` and its kin hold only
 * between two numbers or two texts. Text from a header, the query or the path is read as a number or boolean when it is
 * compared with one; values of a body keep their type.
 */
export const conditionHolds: ConditionTest = (condition, exchange) => {
  switch (condition.op) {
    case "&&":
      return condition.of.every((part) => conditionHolds(part, exchange));
    case "||":
      return condition.of.some((part) => conditionHolds(part, exchange));
    case "!":
      return !conditionHolds(condition.of[0], exchange);
    case "matches": {
      const value = readPointer(condition.left, exchange);
      if (typeof value !== "string" && typeof value !== "number") return false;
      return compiled(condition.pattern)?.test(String(value).slice(0, LONGEST_MATCHED)) ?? false;
    }
  }
  const { right } = condition;
  const left = alike(readPointer(condition.left, exchange) ?? null, condition.left.from, right);
  if (condition.op === "==") return left === right;
  if (condition.op === "!=") return left !== right;
  return compare(left, condition.op, right);
};

function compare(left: unknown, op: "<" | "<=" | ">" | ">=", right: unknown): boolean {
  const numbers = typeof left === "number" && typeof right === "number";
  const texts = typeof left === "string" && typeof right === "string";
  if (!numbers && !texts) return false;
  switch (op) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

function alike(left: unknown, from: string, right: unknown): unknown {
  if (typeof left !== "string" || from === "body" || from === "request.body") return left;
  if (typeof right === "number" && NUMBER.test(left)) return Number(left);
  if (typeof right === "boolean" && (left === "true" || left === "false")) return left === "true";
  return left;
}
