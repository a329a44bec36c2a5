/** The chain of error rules of an operation: the most specific layer first, the first rule that holds wins. */
import type { Condition, Disposition, ErrorRule } from "@couplet/runtime/codegen/v1";
import { at, itemsOf, type Leaf, leafAt, type Node, textAt } from "./layers.ts";
import { conditionAt, type Planning, pointerAt } from "./planning.ts";

/** Errors that are not answers; a rule cannot make one of an answer. */
const notApiErrors: ReadonlySet<string> = new Set([
  "ConnectorError",
  "NetworkError",
  "TimeoutError",
  "CircuitOpenError",
  "QueueFullError",
  "RedirectError",
  "ResponseTooLargeError",
  "DecodeError",
  "InputValidationError",
  "ResponseValidationError",
  "ReauthorizationRequiredError",
]);

export const apiErrors: readonly string[] = [
  "ApiError",
  "InvalidRequestError",
  "AuthenticationError",
  "PermissionError",
  "NotFoundError",
  "ConflictError",
  "RateLimitError",
  "ServerError",
];

export interface PlannedRule {
  readonly rule: ErrorRule;
  readonly node: Node;
}

function impossibleStatus(condition: Condition): number | undefined {
  if ("of" in condition)
    return condition.op === "!" ? undefined : condition.of.map(impossibleStatus).find((one) => one !== undefined);
  if (condition.op !== "==" || condition.left.from !== "status") return undefined;
  const { right } = condition;
  return typeof right === "number" && Number.isInteger(right) && right >= 100 && right <= 599
    ? undefined
    : Number(right);
}

function planRule(planning: Planning, node: Node): PlannedRule | undefined {
  const when = conditionAt(planning, node, "when");
  const as = textAt(node, "as");
  const pointers = (["code", "message", "detail"] as const).flatMap((key) => {
    const pointer = pointerAt(planning, node, key);
    return pointer === undefined ? [] : [[key, pointer] as const];
  });
  if (when === undefined || as === undefined) return undefined;
  const place = { path: leafAt(node, "when")?.path ?? node.path };
  if (notApiErrors.has(as))
    planning.findings.add(
      { path: leafAt(node, "as")?.path ?? node.path },
      {
        code: "P003",
        message: `\`${as}\` is not an error that an answer can be`,
        fix: `write one of ${apiErrors.join(", ")}, or a name of your own`,
      },
    );
  const status = impossibleStatus(when);
  if (status !== undefined)
    planning.findings.add(place, {
      code: "P430",
      message: `no answer has the status ${status}`,
      fix: "write a status from 100 to 599",
    });
  const disposition = textAt(node, "disposition") as Disposition | undefined;
  const calm = at(node, "pause") !== undefined || textAt(node, "scope") === "upstream";
  return {
    node,
    rule: {
      when,
      as,
      ...(disposition === undefined ? {} : { disposition }),
      ...Object.fromEntries(pointers),
      ...(calm ? { pause: false as const } : {}),
    },
  };
}

export function planErrors(planning: Planning, lists: readonly Leaf[]): readonly PlannedRule[] {
  return lists.flatMap((list) => {
    const seen = new Map<string, Node>();
    return itemsOf(list).flatMap((node) => {
      const planned = planRule(planning, node);
      if (planned === undefined) return [];
      const identity = JSON.stringify(planned.rule.when);
      const earlier = seen.get(identity);
      if (earlier === undefined) seen.set(identity, node);
      else
        planning.findings.addClash(earlier.path, node.path, {
          code: "P430",
          message: "this rule is never reached: an earlier one has the same condition",
          fix: "take one of them out",
        });
      return [planned];
    });
  });
}
