/** P440 and what else can be wrong with polling. It is not honoured yet; its mistakes are told all the same. */
import type { Condition, IdempotencyPolicy } from "@couplet/runtime/codegen/v1";
import type { SpecOperation } from "../model.ts";
import { nearest } from "../nearest.ts";
import { implies } from "./condition-truth.ts";
import { pointersOf } from "./expression.ts";
import { at, type Branch, entriesAt, isNone, type Leaf, leafAt, textAt } from "./layers.ts";
import { conditionAt, durationAt, type Planning, pointerAt } from "./planning.ts";
import { absentMessage, inspect } from "./pointer-checks.ts";
import { findOperations } from "./policy-names.ts";

const isSuccess = (status: string): boolean => status.startsWith("2") || status === "default";

/** A key that must be there, unless it is and was refused earlier. */
function require(planning: Planning, polling: Branch, key: string, why: string, fix: string): void {
  const refused = planning.source?.has([...polling.path, key]);
  if (at(polling, key) !== undefined || refused) return;
  planning.findings.add(
    { path: polling.path, spot: { of: "key" } },
    { code: "P440", message: `polling lacks \`${key}\`: ${why}`, fix },
  );
}

function checkPointers(
  planning: Planning,
  leaf: Leaf | undefined,
  condition: Condition | undefined,
  of: SpecOperation,
) {
  if (leaf === undefined || condition === undefined) return;
  for (const pointer of pointersOf(condition)) {
    const lookup = inspect(planning.document, pointer, of, isSuccess);
    if (lookup.kind === "absent")
      planning.findings.add({ path: leaf.path }, { code: "P410", ...absentMessage(pointer, lookup) });
  }
}

function checkPassed(planning: Planning, polling: Branch, from: SpecOperation, to: SpecOperation): void {
  const names = to.parameters.map((one) => one.name);
  for (const [name, node] of entriesAt(polling, "pass")) {
    if (name.startsWith("x-")) continue;
    if (!names.includes(name)) {
      const near = nearest(name, names);
      planning.findings.add(
        { path: node.path, spot: { of: "key" } },
        {
          code: "P411",
          message: `\`${to.operationId ?? to.key}\` has no parameter \`${name}\``,
          fix: near ? `did you mean \`${near}\`?` : `it has: ${names.slice(0, 8).join(", ") || "none"}`,
        },
      );
    }
    const pointer = pointerAt(planning, node);
    const lookup = pointer && inspect(planning.document, pointer, from, isSuccess);
    if (pointer && lookup?.kind === "absent")
      planning.findings.add({ path: node.path }, { code: "P410", ...absentMessage(pointer, lookup) });
  }
}

function checkWaits(planning: Planning, polling: Branch): void {
  const first = leafAt(polling, "every", "initial");
  const [initial, max] = [durationAt(polling, "every", "initial"), durationAt(polling, "every", "max")];
  if (first && initial !== undefined && max !== undefined && initial > max)
    planning.findings.add(
      { path: first.path },
      {
        code: "P103",
        message: `the first wait (${initial} ms) is longer than the longest (${max} ms)`,
        fix: "write `initial` below `max`",
      },
    );
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

export function checkPolling(
  planning: Planning,
  index: ReadonlyMap<string, readonly SpecOperation[]>,
  operation: SpecOperation,
  tree: Branch,
  idempotency: IdempotencyPolicy,
): void {
  const polling = at(tree, "polling");
  if (polling?.kind !== "branch" || isNone(polling)) return;
  require(planning, polling, "deadline", "it would go on for ever", "add for example `deadline: 30m`");
  require(planning, polling, "success", "it could never end well", "add a condition such as `success: \"$response.body#/status == 'done'\"`");
  const [success, failure] = ["success", "failure"].map((key) => conditionAt(planning, polling, key));
  if (success && failure && implies(success, failure) && implies(failure, success))
    planning.findings.addClash(leafAt(polling, "success")!.path, leafAt(polling, "failure")!.path, {
      code: "P440",
      message: "`failure` is the same as `success`: no answer tells them apart",
      fix: "write what only a failure has",
    });
  checkWaits(planning, polling);
  checkRetention(planning, polling, idempotency.retention, operation);
  const named = leafAt(polling, "operation");
  const name = textAt(named);
  if (named === undefined || name === undefined) return;
  const [asked] = findOperations(planning, index, name, named, "value");
  if (asked === undefined) return;
  checkPassed(planning, polling, operation, asked);
  checkPointers(planning, leafAt(polling, "success"), success, asked);
  checkPointers(planning, leafAt(polling, "failure"), failure, asked);
}
