/** Issues of the schema, told as findings of the policy language. */
import type { z } from "zod";
import { nearest } from "../nearest.ts";
import { isPolicyMap, type PolicyMap, type PolicyPath, type PolicyValue } from "../policy-model.ts";
import { blockKeys, narrowKeys } from "./policy-block.ts";
import { allowedKeysMark, isNote } from "./policy-key.ts";
import { isScalarProblem, kindOf } from "./policy-scalars.ts";
import { foreignWord } from "./policy-words.ts";

export interface Structural {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  /** What is wrong; when `missing`, the map that lacks it is `path` without its last key. */
  readonly path: PolicyPath;
  readonly of: "key" | "value";
  readonly missing?: true;
}

type Issue = z.core.$ZodIssue;

export function valueAt(data: PolicyValue | undefined, path: PolicyPath): PolicyValue | undefined {
  let value: PolicyValue | undefined = data;
  for (const key of path) {
    if (Array.isArray(value)) value = value[key as number];
    else if (isPolicyMap(value)) value = Object.hasOwn(value, key) ? value[key as string] : undefined;
    else return undefined;
  }
  return value;
}

const spoken = (path: PolicyPath): string =>
  `\`${path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${key}`)).join("")}\``;

const isTop = (path: PolicyPath): boolean =>
  path.length === 0 || (path.length === 3 && path[0] === "versions" && path[2] === "policy");

function unknownKeyFix(key: string, allowed: readonly string[], path: PolicyPath): string {
  const fitting = allowed.find((one) => one.toLowerCase() === key.toLowerCase().replace(/[-_]/g, ""));
  if (fitting) return `write \`${fitting}\``;
  if (isTop(path) && blockKeys.includes(key))
    return narrowKeys.includes(key)
      ? `move \`${key}\` into \`rules\` or \`operations\``
      : `move \`${key}\` under \`defaults\`, or into \`rules\` or \`operations\``;
  if (blockKeys.includes(key) && path.at(-1) === "defaults") return `move \`${key}\` into \`rules\` or \`operations\``;
  const block = path.findLast((part) => typeof part === "string") ?? "";
  const foreign = foreignWord(key, String(block));
  if (foreign) {
    // The word of another block, of which this one has the same key.
    const [, owner, own] = /^`([A-Za-z]+)\.([A-Za-z]+)`/.exec(foreign) ?? [];
    return owner !== block && own !== undefined && allowed.includes(own)
      ? `write \`${own}\``
      : `here that is ${foreign}`;
  }
  const near = nearest(key, allowed);
  return near ? `did you mean \`${near}\`?` : `known keys here: ${allowed.join(", ") || "none"}`;
}

/** Of a union's branches, the one whose kind of value was written. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const isInside = (issue: Issue): boolean => issue.path.length > 0 || issue.code === "unrecognized_keys";
  return (
    branches.find((issues) => issues.every(isInside)) ??
    branches.find((issues) => issues.every((issue) => isInside(issue) || issue.code === "custom"))
  );
}

function expected(issue: Issue): readonly string[] {
  if (issue.code === "invalid_value") return issue.values.map((value) => `\`${String(value)}\``);
  if (issue.code === "invalid_union") return issue.errors.flatMap((branch) => branch.flatMap(expected));
  if (issue.code !== "invalid_type") return [];
  const names: Readonly<Record<string, string>> = {
    object: "a map",
    record: "a map",
    array: "a list",
    boolean: "`true` or `false`",
  };
  return [names[issue.expected] ?? `a ${issue.expected}`];
}

/** The findings, and the places of notes (`x-` keys), which mean nothing to the planner. */
export function toStructural(
  issues: readonly Issue[],
  data: PolicyMap,
): { findings: readonly Structural[]; notes: readonly PolicyPath[] } {
  const findings: Structural[] = [];
  const notes: PolicyPath[] = [];
  const add = (issue: Issue, base: PolicyPath): void => {
    const path: PolicyPath = [...base, ...(issue.path as PolicyPath)];
    if (issue.code === "unrecognized_keys") {
      const allowed = issue.message.startsWith(allowedKeysMark)
        ? issue.message.slice(allowedKeysMark.length).split(",")
        : [];
      for (const key of issue.keys) {
        if (key.startsWith("x-")) {
          notes.push([...path, key]);
          continue;
        }
        const where = path.length === 0 ? "at the top of a policy" : `in ${spoken(path)}`;
        findings.push({
          code: "P002",
          message: `unknown key \`${key}\` ${where}`,
          fix: unknownKeyFix(key, allowed, path),
          path: [...path, key],
          of: "key",
        });
      }
      return;
    }
    if (issue.code === "invalid_key") {
      const problem = issue.issues[0];
      const params = problem?.code === "custom" ? problem.params : undefined;
      if (isNote(params)) {
        notes.push(path);
        return;
      }
      const told = isScalarProblem(params)
        ? params
        : { code: "P003", message: "this key is not allowed", fix: "choose another name" };
      findings.push({ ...told, path, of: "key" });
      return;
    }
    const value = valueAt(data, path);
    if (value === undefined && path.length > 0) {
      const key = String(path.at(-1));
      const where = path.length === 1 ? "the policy" : spoken(path.slice(0, -1));
      const fix = path.length === 1 && key === "policy" ? 'add `policy: "1.0"`' : `add \`${key}\``;
      findings.push({ code: "P003", message: `${where} lacks \`${key}\``, fix, path, of: "key", missing: true });
      return;
    }
    if (issue.code === "custom" && isNote(issue.params)) {
      notes.push(path);
      return;
    }
    if (issue.code === "custom" && isScalarProblem(issue.params)) {
      const { code, message, fix } = issue.params;
      findings.push({ code, message: `${spoken(path)}: ${message}`, fix, path, of: "value" });
      return;
    }
    if (issue.code === "invalid_union") {
      const branch = bestBranch(issue.errors);
      if (branch) {
        for (const inner of branch) add(inner, path);
        return;
      }
    }
    findings.push({ ...mismatch(expected(issue), value), path, of: "value" });
  };
  for (const issue of issues) add(issue, []);
  const told = findings.map(({ code, message, fix, path, of, missing }) => ({
    code,
    message: message.startsWith("`") || of === "key" ? message : `${spoken(path)} ${message}`,
    fix,
    path,
    of,
    ...(missing ? { missing } : {}),
  }));
  return { findings: told, notes };
}

function mismatch(
  wanted: readonly string[],
  value: PolicyValue | undefined,
): { code: string; message: string; fix: string } {
  const options = [...new Set(wanted)];
  const words = options.filter((option) => option.startsWith("`")).map((option) => option.slice(1, -1));
  const off = value === false || (typeof value === "string" && /^(?:off|no|false|disabled?|null)$/i.test(value));
  const near = typeof value === "string" ? nearest(value, words) : undefined;
  const upper = typeof value === "string" && words.includes(value.toUpperCase()) ? value.toUpperCase() : undefined;
  const choice = off && words.includes("none") ? "none" : (upper ?? near);
  return {
    code: "P003",
    message: `must be ${options.length === 0 ? "something else" : options.join(" or ")}, not ${kindOf(value)}`,
    fix: choice === undefined ? `write ${options.join(" or ") || "another value"}` : `write \`${choice}\``,
  };
}
