/** What every part of the policy planning needs to know, and how it reads expressions and durations. */
import type { Condition, Pointer } from "@couplet/runtime/codegen/v1";
import type { ApiDocument } from "../model.ts";
import { nearest } from "../nearest.ts";
import { type PolicyPath, type PolicySource, parseDuration } from "../policy-model.ts";
import { regexProblem } from "../regex-safety.ts";
import { type ExpressionProblem, type Parsed, parseCondition, parsePointer } from "./expression.ts";
import type { Findings } from "./findings.ts";
import { type Leaf, leafAt, type Node, textAt } from "./layers.ts";

export interface Planning {
  readonly source: PolicySource | undefined;
  readonly document: ApiDocument;
  readonly version: string;
  /** All known versions of the provider by label, this one included. */
  readonly documents: ReadonlyMap<string, ApiDocument>;
  readonly findings: Findings;
  /** The calendar date, `2026-11-20`; absent: nothing is said about dates. */
  readonly today?: string;
}

/** An unknown name: P202 with the nearest known one. Silent when the file has the name but it was refused earlier. */
export function unknownName(
  planning: Planning,
  leaf: Node,
  what: string,
  name: string,
  known: Iterable<string>,
  declared?: PolicyPath,
  of: "key" | "value" = "value",
): void {
  if (declared && planning.source?.has(declared)) return;
  planning.findings.add(
    { path: leaf.path, spot: { of } },
    {
      code: "P202",
      message: `there is no ${what} \`${name}\``,
      fix: () => {
        const names = [...known];
        const near = nearest(name, names);
        if (near) return `did you mean \`${near}\`?`;
        return names.length > 0 ? `known: ${names.slice(0, 8).join(", ")}` : "declare it, or take this out";
      },
    },
  );
}

function report(planning: Planning, leaf: Leaf, problem: ExpressionProblem): undefined {
  const { offset, length, message, fix, code = "P003" } = problem;
  planning.findings.add({ path: leaf.path, spot: { of: "value", offset, length } }, { code, message, fix });
  return undefined;
}

function parsed<T>(planning: Planning, leaf: Leaf | undefined, parse: (text: string) => Parsed<T>): T | undefined {
  if (leaf === undefined || typeof leaf.value !== "string") return undefined;
  const result = parse(leaf.value);
  return result.ok ? result.value : report(planning, leaf, result.problem);
}

/** The pointer below `node`; a malformed one is reported and left out. */
export function pointerAt(planning: Planning, node: Node | undefined, ...keys: readonly string[]): Pointer | undefined {
  return parsed(planning, leafAt(node, ...keys), (text) => parsePointer(text));
}

export function conditionAt(
  planning: Planning,
  node: Node | undefined,
  ...keys: readonly string[]
): Condition | undefined {
  return parsed(planning, leafAt(node, ...keys), parseCondition);
}

export function durationAt(node: Node | undefined, ...keys: readonly string[]): number | undefined {
  const text = textAt(node, ...keys);
  return text === undefined ? undefined : parseDuration(text);
}

/** A regular expression below `node`, checked for safety. */
export function patternAt(planning: Planning, node: Node | undefined, ...keys: readonly string[]): string | undefined {
  const leaf = leafAt(node, ...keys);
  if (leaf === undefined || typeof leaf.value !== "string") return undefined;
  const problem = regexProblem(leaf.value);
  if (problem === undefined) return leaf.value;
  return report(planning, leaf, { ...problem, length: 1, code: "P421" });
}
