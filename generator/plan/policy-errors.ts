/** The chain of error rules of an operation: the most specific layer first, the first rule that holds wins. */
import type { Condition, Disposition, ErrorRule, Pointer } from "@couplet/runtime/codegen/v1";
import type { FactSource } from "../facts.ts";
import type { SpecOperation } from "../model.ts";
import { implies, mayHoldFor2xx, neverHolds, textOf } from "./condition-truth.ts";
import { pointersOf } from "./expression.ts";
import { factSource } from "./fact-source.ts";
import { at, itemsOf, type Leaf, leafAt, type Node, textAt } from "./layers.ts";
import { conditionAt, type Planning, pointerAt } from "./planning.ts";
import { takesEverySuccess } from "./success-rules.ts";

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

/** Each is compared with all before it. */
const maxRules = 300;

interface PlannedRule {
  readonly rule: ErrorRule;
  readonly node: Node;
}

/** A chain of rules, ready for all operations that share it. */
export interface PlannedRules {
  readonly rules: readonly ErrorRule[];
  /** Equal chains have equal ids, wherever they are written. */
  readonly id: string;
  /** The pointers of the rules, with their places. */
  readonly pointers: readonly { readonly leaf: Leaf; readonly pointers: readonly Pointer[] }[];
  /** Where each rule was read. */
  readonly sources: readonly FactSource[];
  /** Those that a success could fulfil. */
  readonly onSuccess: readonly PlannedRule[];
}

/** A status that the condition waits for and that no answer has, as text. */
function impossibleStatus(condition: Condition): string | undefined {
  if ("of" in condition)
    return condition.op === "!" ? undefined : condition.of.map(impossibleStatus).find((one) => one !== undefined);
  if (condition.op !== "==" || condition.left.from !== "status") return undefined;
  const { right } = condition;
  if (typeof right === "number" && Number.isInteger(right) && right >= 100 && right <= 599) return undefined;
  return typeof right === "string" ? `'${right}'` : String(right);
}

function checkPossible(planning: Planning, node: Node, when: Condition): boolean {
  const status = impossibleStatus(when);
  const never = status === undefined && neverHolds(when);
  if (status === undefined && !never) return true;
  planning.findings.add(
    { path: leafAt(node, "when")?.path ?? node.path },
    {
      code: "P430",
      message: status === undefined ? "no answer fulfils this condition" : `no answer has the status ${status}`,
      fix: status?.startsWith("'")
        ? `a status is a number: write ${status.slice(1, -1)} without quotes`
        : status === undefined
          ? "correct the comparisons: together they exclude each other"
          : "write a status from 100 to 599",
    },
  );
  return false;
}

function planRule(planning: Planning, node: Node): PlannedRule | undefined {
  const when = conditionAt(planning, node, "when");
  const as = textAt(node, "as");
  const pointers = (["code", "message", "detail"] as const).flatMap((key) => {
    const pointer = pointerAt(planning, node, key);
    return pointer === undefined ? [] : [[key, pointer] as const];
  });
  if (when === undefined || as === undefined) return undefined;
  if (notApiErrors.has(as))
    planning.findings.add(
      { path: leafAt(node, "as")?.path ?? node.path },
      {
        code: "P003",
        message: `\`${as}\` is not an error that an answer can be`,
        fix: `write one of ${apiErrors.join(", ")}, or a name of your own`,
      },
    );
  const disposition = textAt(node, "disposition") as Disposition | undefined;
  const refresh = leafAt(node, "refresh");
  if (refresh?.value === true && disposition === "ambiguous")
    planning.findings.add(
      { path: refresh.path, spot: { of: "key" } },
      {
        code: "P301",
        message: "`refresh` repeats the call, and `disposition: ambiguous` says that it may have taken effect",
        fix: "take `disposition` out: what refuses credentials has done nothing else",
      },
    );
  const calm = at(node, "pause") !== undefined || textAt(node, "scope") === "upstream";
  return {
    node,
    rule: {
      when,
      as,
      ...(disposition === undefined ? {} : { disposition }),
      ...Object.fromEntries(pointers),
      ...(refresh?.value === true ? { refresh: true as const } : {}),
      ...(calm ? { pause: false as const } : {}),
    },
  };
}

/** P430: rules of one list that no answer reaches, because it has none such or an earlier rule takes them all. */
function checkReached(planning: Planning, rules: readonly PlannedRule[]): void {
  const earlier: PlannedRule[] = [];
  for (const one of rules) {
    const { when } = one.rule;
    if (!checkPossible(planning, one.node, when)) continue;
    const cover = earlier.find(({ rule }) => implies(when, rule.when));
    earlier.push(one);
    if (cover === undefined) continue;
    const same = textOf(cover.rule.when) === textOf(when);
    planning.findings.addClash(cover.node.path, one.node.path, {
      code: "P430",
      message: same
        ? "this rule is never reached: an earlier one has the same condition"
        : "this rule is never reached: an earlier one holds wherever it does",
      fix: same ? "take one of them out" : "put the narrower rule first, or take it out",
    });
  }
}

function placesOf({ rule, node }: PlannedRule): PlannedRules["pointers"][number][] {
  const places = [{ leaf: leafAt(node, "when"), pointers: pointersOf(rule.when) }];
  for (const key of ["code", "message", "detail"] as const)
    if (rule[key]) places.push({ leaf: leafAt(node, key), pointers: [rule[key]] });
  return places.flatMap(({ leaf, pointers }) => (leaf ? [{ leaf, pointers }] : []));
}

/** The rules of each list, planned and checked once however many operations share them. */
export class ErrorRules {
  readonly #planning: Planning;
  readonly #lists = new Map<Leaf, PlannedRules>();
  readonly #ids = new Map<string, number>();

  constructor(planning: Planning) {
    this.#planning = planning;
  }

  plan(lists: readonly Leaf[]): PlannedRules {
    const parts = lists.map((list) => this.#list(list));
    return {
      rules: parts.flatMap((part) => part.rules),
      id: parts.map((part) => part.id).join(),
      pointers: parts.flatMap((part) => part.pointers),
      sources: parts.flatMap((part) => part.sources),
      onSuccess: parts.flatMap((part) => part.onSuccess),
    };
  }

  #list(list: Leaf): PlannedRules {
    const known = this.#lists.get(list);
    if (known) return known;
    const written = itemsOf(list);
    const tooMany = written[maxRules];
    if (tooMany)
      this.#planning.findings.add(
        { path: tooMany.path },
        {
          code: "P003",
          message: `a list of more than ${maxRules} error rules is not read further`,
          fix: "join conditions with `||`, or move rules to the operations that they are about",
        },
      );
    const planned = written.slice(0, maxRules).flatMap((node) => planRule(this.#planning, node) ?? []);
    checkReached(this.#planning, planned);
    const text = JSON.stringify(planned.map(({ rule }) => rule));
    this.#ids.set(text, this.#ids.get(text) ?? this.#ids.size);
    const rules: PlannedRules = {
      rules: planned.map(({ rule }) => rule),
      id: String(this.#ids.get(text)),
      pointers: planned.flatMap(placesOf),
      sources: planned.map(({ node }) => factSource(this.#planning, node.path)),
      onSuccess: planned.filter(({ rule }) => mayHoldFor2xx(rule.when)),
    };
    this.#lists.set(list, rules);
    return rules;
  }

  /** P431, for one operation that the rules apply to. */
  checkSuccesses({ onSuccess }: PlannedRules, operation: SpecOperation): void {
    for (const { rule, node } of onSuccess)
      if (takesEverySuccess(this.#planning.document, rule.when, operation))
        this.#planning.findings.addFor(
          operation.operationId ?? operation.key,
          { path: leafAt(node, "when")?.path ?? node.path },
          {
            code: "P431",
            severity: "warning",
            message: `every success that the document describes becomes \`${rule.as}\`, for {operations}`,
            fix: "name the value that only a failure has, or repair the document",
          },
        );
  }
}
