/** What a condition can come to, given what is known of the values that it reads. Compares as the runtime does. */
import type { Condition, Pointer } from "@couplet/runtime/codegen/v1";

/** `sometimes`: it depends on what is not known. */
export type Truth = "always" | "never" | "sometimes";

/** The values that can stand at a place (a missing one is null), or else their JSON types; nothing given: anything. */
export interface Known {
  readonly values?: readonly unknown[];
  readonly types?: ReadonlySet<string>;
}

type Comparison = Exclude<Condition, { readonly of: unknown }>;

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function compares(left: unknown, condition: Comparison): boolean {
  if (condition.op === "matches") {
    if (typeof left !== "string" && typeof left !== "number") return false;
    return new RegExp(condition.pattern, "u").test(String(left).slice(0, 2048));
  }
  const { op, right } = condition;
  if (op === "==") return left === right;
  if (op === "!=") return left !== right;
  const alike = typeof left === typeof right && (typeof left === "number" || typeof left === "string");
  if (!alike || right === null || left === null || left === undefined) return false;
  if (op === "<") return left < right;
  if (op === "<=") return left <= right;
  return op === ">" ? left > right : left >= right;
}

function comparison(condition: Comparison, { values, types }: Known): Truth {
  if (values !== undefined) {
    const results = new Set(values.map((value) => compares(value, condition)));
    if (results.size > 1) return "sometimes";
    return results.has(true) ? "always" : "never";
  }
  if (types === undefined || condition.op === "matches" || types.has(typeName(condition.right))) return "sometimes";
  return condition.op === "!=" ? "always" : "never";
}

/** Parts of a conjunction that want one place to be two things at once. */
function contradicts(parts: readonly Condition[]): boolean {
  const wanted = new Map<string, unknown>();
  return parts.some((part) => {
    if (part.op !== "==") return false;
    const place = JSON.stringify(part.left);
    if (wanted.has(place)) return wanted.get(place) !== part.right;
    wanted.set(place, part.right);
    return false;
  });
}

export function truthOf(condition: Condition, known: (pointer: Pointer) => Known): Truth {
  if (!("of" in condition)) return comparison(condition, known(condition.left));
  const parts = condition.of.map((part) => truthOf(part, known));
  if (condition.op === "!") return parts[0] === "always" ? "never" : parts[0] === "never" ? "always" : "sometimes";
  const [all, none] = condition.op === "&&" ? (["always", "never"] as const) : (["never", "always"] as const);
  if (parts.includes(none) || (condition.op === "&&" && contradicts(condition.of))) return none;
  return parts.every((part) => part === all) ? all : "sometimes";
}

/** Every status that an answer can have. */
const statuses: readonly number[] = Array.from({ length: 500 }, (_, index) => index + 100);

interface OverStatuses {
  /** What the condition comes to for each status from 100, when nothing else is known. */
  readonly truths: readonly Truth[];
  /** The statuses for which it is not `never`, as indexes into `truths`. */
  readonly possible: readonly number[];
}

const overall = new WeakMap<Condition, OverStatuses>();

function overStatuses(condition: Condition): OverStatuses {
  const known = overall.get(condition);
  if (known) return known;
  const truths = statuses.map((status) =>
    truthOf(condition, (pointer) => (pointer.from === "status" ? { values: [status] } : {})),
  );
  const possible = [...truths.keys()].filter((index) => truths[index] !== "never");
  const over = { truths, possible };
  overall.set(condition, over);
  return over;
}

/** Whether no answer fulfils the condition. */
export function neverHolds(condition: Condition): boolean {
  return overStatuses(condition).possible.length === 0;
}

export function mayHoldFor2xx(condition: Condition): boolean {
  return overStatuses(condition).possible.some((index) => index >= 100 && index < 200);
}

const texts = new WeakMap<Condition, string>();

/** Equal conditions have equal texts. */
export function textOf(condition: Condition): string {
  const text = texts.get(condition) ?? JSON.stringify(condition);
  texts.set(condition, text);
  return text;
}

/** Whether the second condition holds wherever the first does; false when that cannot be seen. */
export function implies(condition: Condition, other: Condition): boolean {
  if (textOf(condition) === textOf(other)) return true;
  const { possible } = overStatuses(condition);
  const { truths } = overStatuses(other);
  if (possible.some((index) => truths[index] === "never")) return false;
  if (possible.every((index) => truths[index] === "always")) return true;
  if (other.op === "&&" && other.of.every((part) => implies(condition, part))) return true;
  if (other.op === "||" && other.of.some((part) => implies(condition, part))) return true;
  if (condition.op === "||" && condition.of.every((part) => implies(part, other))) return true;
  return condition.op === "&&" && condition.of.some((part) => implies(part, other));
}
