/** Polling: which operation tells the state, what it is asked with, and which answers are the end. */
import type { Condition, IdempotencyPolicy, Pointer } from "@couplet/runtime/codegen/v1";
import type { PollingPlan } from "../linked-plan.ts";
import { feature, type OperationPolicy, type SpecOperation } from "../model.ts";
import { nearest } from "../nearest.ts";
import { defaultPollingWait } from "../policy-defaults.ts";
import { implies } from "./condition-truth.ts";
import { pointersOf } from "./expression.ts";
import { at, type Branch, entriesAt, isNone, type Leaf, leafAt, type Node, numberAt, textAt } from "./layers.ts";
import { responseKind } from "./media-types.ts";
import { conditionAt, durationAt, type Planning, pointerAt } from "./planning.ts";
import { absentMessage, inspect } from "./pointer-checks.ts";
import { findOperations } from "./policy-names.ts";

const isSuccess = (status: string): boolean => status.startsWith("2") || status === "default";

/** What operations that name others need to know of all of them. */
export interface Neighbours {
  readonly planning: Planning;
  /** Operations of the document by every name that a policy may call them. */
  readonly index: ReadonlyMap<string, readonly SpecOperation[]>;
  /** By key; those that are not generated are absent. */
  readonly planned: ReadonlyMap<string, OperationPolicy>;
}

/** The operation that a policy names, if it is generated. */
export function neighbour({ planning, index, planned }: Neighbours, leaf: Leaf): SpecOperation | undefined {
  const name = String(leaf.value);
  const [found] = findOperations(planning, index, name, leaf, "value");
  if (found === undefined || planned.has(found.key)) return found;
  planning.findings.add(
    { path: leaf.path },
    {
      code: "P201",
      message: `\`${name}\` is not generated, so nothing can call it`,
      fix: "let `include` and `exclude` keep it",
    },
  );
  return undefined;
}

/** A key that must be there, unless it is and was refused earlier. */
function require(planning: Planning, polling: Branch, key: string, why: string, fix: string): void {
  const refused = planning.source?.has([...polling.path, key]);
  if (at(polling, key) !== undefined || refused) return;
  planning.findings.add(
    { path: polling.path, spot: { of: "key" } },
    { code: "P440", message: `polling lacks \`${key}\`: ${why}`, fix },
  );
}

function checkPointers(planning: Planning, leaf: Leaf | undefined, pointers: readonly Pointer[], of: SpecOperation) {
  if (leaf === undefined) return;
  for (const pointer of pointers) {
    const lookup = inspect(planning.document, pointer, of, isSuccess);
    if (lookup.kind === "absent")
      planning.findings.add({ path: leaf.path }, { code: "P410", ...absentMessage(pointer, lookup) });
  }
}

/** Parameters of `to` by name, as places of the exchange with `from`; reports what is unknown and what is missing. */
function planPass(
  { planning, planned }: Neighbours,
  block: Branch,
  from: SpecOperation,
  to: SpecOperation,
): Record<string, Pointer> {
  const passed: Record<string, Pointer> = {};
  const supplied = new Set(planned.get(to.key)?.supplied);
  const open = to.parameters.filter(
    (one) => !supplied.has(`${one.in}:${one.in === "header" ? one.name.toLowerCase() : one.name}`),
  );
  const names = open.map((one) => one.name);
  const called = `\`${to.operationId ?? to.key}\``;
  for (const [name, node] of entriesAt(block, "pass")) {
    if (!names.includes(name)) {
      const near = nearest(name, names);
      planning.findings.add(
        { path: node.path, spot: { of: "key" } },
        {
          code: "P411",
          message: `${called} has no parameter \`${name}\``,
          fix: near ? `did you mean \`${near}\`?` : `it has: ${names.slice(0, 8).join(", ") || "none"}`,
        },
      );
    }
    const pointer = pointerAt(planning, node);
    if (pointer === undefined) continue;
    passed[name] = pointer;
    const lookup = inspect(planning.document, pointer, from, isSuccess);
    if (lookup.kind === "absent")
      planning.findings.add({ path: node.path }, { code: "P410", ...absentMessage(pointer, lookup) });
  }
  const missing = open.filter((one) => one.required && !planning.source?.has([...block.path, "pass", one.name]));
  const unknown = entriesAt(block, "pass").some(([name]) => !names.includes(name));
  if (missing.length > 0 && !unknown)
    planning.findings.add(
      { path: block.path, spot: { of: "key" } },
      {
        code: "P411",
        message: `${called} needs ${missing.map((one) => `\`${one.name}\``).join(", ")}`,
        fix: `add \`pass: { ${missing[0]!.name}: $response.body#/… }\``,
      },
    );
  return passed;
}

function planWaits(planning: Planning, polling: Branch): PollingPlan["every"] {
  const plain = durationAt(polling, "every");
  if (plain !== undefined) return { initial: plain, multiplier: 1, max: plain };
  const first = leafAt(polling, "every", "initial");
  const initial = durationAt(first) ?? defaultPollingWait;
  const multiplier = numberAt(polling, "every", "multiplier") ?? 1;
  const max = durationAt(polling, "every", "max") ?? Number.POSITIVE_INFINITY;
  if (first && initial > max)
    planning.findings.add(
      { path: first.path },
      {
        code: "P103",
        message: `the first wait (${initial} ms) is longer than the longest (${max} ms)`,
        fix: "write `initial` below `max`",
      },
    );
  const limit = durationAt(polling, "deadline") ?? initial;
  return { initial, multiplier, max: multiplier === 1 ? initial : Math.min(max, Math.max(limit, initial)) };
}

function checkRetention(
  planning: Planning,
  polling: Branch,
  retention: number | undefined,
  operation: SpecOperation,
): void {
  const leaf = leafAt(polling, "deadline");
  const deadline = durationAt(leaf);
  if (leaf && deadline !== undefined && retention !== undefined && deadline >= retention)
    planning.findings.addFor(
      operation.operationId ?? operation.key,
      { path: leaf.path },
      {
        code: "P404",
        message: `polling for ${leaf.value} outlasts the key: starting again after the provider forgot it is a second effect, for {operations}`,
        fix: "write a polling `deadline` below `idempotency.retention`",
      },
    );
}

/** No answer that the wait looks at: an error answer ends it. */
const anError: Condition = { op: ">=", left: { from: "status" }, right: 300 };

function checkEnds(planning: Planning, polling: Branch, success?: Condition, failure?: Condition): void {
  if (success && failure && implies(success, failure) && implies(failure, success))
    planning.findings.addClash(leafAt(polling, "success")!.path, leafAt(polling, "failure")!.path, {
      code: "P440",
      message: "`failure` is the same as `success`: no answer tells them apart",
      fix: "write what only a failure has",
    });
  else if (success && implies(success, anError))
    planning.findings.add(
      { path: leafAt(polling, "success")!.path },
      {
        code: "P440",
        message: "no success has such a status: an answer that is an error ends the wait as that error",
        fix: "write what a 2xx answer says when it is done",
      },
    );
}

/** An operation whose calls are something else already, or whose repetition would have effects. */
function checkCalls(
  { planning, planned }: Neighbours,
  polling: Branch,
  operation: SpecOperation,
  asked: SpecOperation,
): void {
  const place = { path: polling.path, spot: { of: "key" as const } };
  const streams = operation.responses.some(
    ({ status, content }) => isSuccess(status) && responseKind(content) === "stream",
  );
  const what = planned.get(operation.key)?.pagination ? "pages" : streams ? "a stream" : undefined;
  if (what !== undefined)
    planning.findings.add(place, {
      code: "P301",
      message: `an operation that answers with ${what} is not waited for`,
      fix: "take `polling` out, or write it at the operation that starts something",
    });
  if (planned.get(asked.key)?.policy.idempotency.class !== "safe")
    planning.findings.add(
      { path: (leafAt(polling, "operation") ?? polling).path },
      {
        code: "P412",
        message: `only safe operations can be asked again and again, not \`${asked.operationId ?? asked.key}\``,
        fix: "name the operation that reads the state, or write `idempotency: { class: safe, because: … }` at it",
      },
    );
}

/** Undefined without polling, and for one that cannot work, which is reported. */
export function planPolling(
  neighbours: Neighbours,
  operation: SpecOperation,
  tree: Branch,
  idempotency: IdempotencyPolicy,
): PollingPlan | undefined {
  const { planning } = neighbours;
  const polling = at(tree, "polling");
  if (polling?.kind !== "branch" || isNone(polling)) return undefined;
  require(planning, polling, "deadline", "it would go on for ever", "add for example `deadline: 30m`");
  require(planning, polling, "success", "it could never end well", "add a condition such as `success: \"$response.body#/status == 'done'\"`");
  const success = conditionAt(planning, polling, "success");
  const failure = conditionAt(planning, polling, "failure");
  checkEnds(planning, polling, success, failure);
  const every = planWaits(planning, polling);
  checkRetention(planning, polling, idempotency.retention, operation);
  const named = leafAt(polling, "operation");
  const asked = named && neighbour(neighbours, named);
  if (asked === undefined) return undefined;
  checkCalls(neighbours, polling, operation, asked);
  const itself = asked.key === operation.key;
  const pass =
    itself && at(polling, "pass") === undefined ? undefined : planPass(neighbours, polling, operation, asked);
  for (const [key, condition] of [
    ["success", success],
    ["failure", failure],
  ] as const)
    checkPointers(planning, leafAt(polling, key), condition === undefined ? [] : pointersOf(condition), asked);
  const result = pointerAt(planning, polling, "result");
  checkPointers(planning, leafAt(polling, "result"), result === undefined ? [] : [result], asked);
  const cancel = planCancel(neighbours, at(polling, "cancel"), operation);
  const deadline = durationAt(polling, "deadline");
  if (deadline === undefined || success === undefined) return undefined;
  return {
    use: feature("longRunning"),
    operation: asked.key,
    ...(pass === undefined ? {} : { pass }),
    every,
    deadline,
    success,
    ...(failure === undefined ? {} : { failure }),
    result: result ?? { from: "body", path: [] },
    ...(cancel === undefined ? {} : { cancel }),
  };
}

function planCancel(neighbours: Neighbours, cancel: Node | undefined, operation: SpecOperation): PollingPlan["cancel"] {
  const named = leafAt(cancel, "operation");
  if (cancel?.kind !== "branch" || named === undefined || textAt(named) === undefined) return undefined;
  const called = neighbour(neighbours, named);
  return called && { operation: called.key, pass: planPass(neighbours, cancel, operation, called) };
}
