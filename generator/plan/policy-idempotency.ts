/** The class of an operation, its idempotency key, and whether what is retried may be retried. */
import type {
  Disposition,
  IdempotencyPolicy,
  OperationClass,
  RetryPolicy,
  TimeoutPolicy,
} from "@couplet/runtime/codegen/v1";
import type { SpecOperation } from "../model.ts";
import { defaultClass, keyedMethods } from "../policy-defaults.ts";
import { planKey } from "./idempotency-key.ts";
import { at, isNone, leafAt, listAt, type Node, textAt } from "./layers.ts";
import { planNatural } from "./natural-key.ts";
import { conditionAt, durationAt, type Planning, pointerAt } from "./planning.ts";
import { planReplayNotFound } from "./replay-not-found.ts";

const strength: Readonly<Record<OperationClass, number>> = { unsafe: 0, keyed: 0, idempotent: 1, safe: 2 };

/** Whether the written block speaks about this method. `methods` of a more specific layer, or the same, decides. */
export function covers(operation: SpecOperation, block: Node): boolean {
  const written = leafAt(block, "class");
  const methods = leafAt(block, "methods");
  if (written && methods && methods.layer.rank >= written.layer.rank)
    return (methods.value as readonly string[]).includes(operation.method.toUpperCase());
  if (written?.value !== "keyed" || written.layer.kind === "operations") return true;
  return keyedMethods.includes(operation.method);
}

export function planIdempotency(
  planning: Planning,
  operation: SpecOperation,
  tree: Node,
  timeouts: TimeoutPolicy,
): IdempotencyPolicy {
  const planned = planClass(planning, operation, tree, timeouts);
  const onReplay = planReplayNotFound(planning, operation, at(tree, "idempotency"), planned.class);
  return onReplay === undefined ? planned : { ...planned, onReplay };
}

/** What the block writes, `none` left out. */
function written(block: Node, key: string): Node | undefined {
  const node = at(block, key);
  return isNone(node) ? undefined : node;
}

function planClass(
  planning: Planning,
  operation: SpecOperation,
  tree: Node,
  timeouts: TimeoutPolicy,
): IdempotencyPolicy {
  const block = at(tree, "idempotency");
  const usual = defaultClass(operation.method);
  if (block === undefined || !covers(operation, block)) return { class: usual };
  const name = operation.operationId ?? operation.key;
  const leaf = leafAt(block, "class");
  const sent = written(block, "key");
  const natural = written(block, "natural");
  const kind = (leaf?.value ?? ((sent ?? natural) && usual === "unsafe" ? "keyed" : usual)) as OperationClass;
  if (leaf && strength[kind] > strength[usual] && textAt(block, "because") === undefined)
    planning.findings.addFor(
      name,
      { path: leaf.path },
      {
        code: "P403",
        message: `\`${kind}\` promises more than ${operation.method.toUpperCase()} does by itself, for {operations}`,
        fix: 'add `because: "…"` with the reason, or declare `idempotency.key`',
      },
    );
  if (kind !== "keyed") return { class: kind };

  // Of two layers the higher one says which it is; within one it is a contradiction, and told as such.
  const byReference = natural !== undefined && (sent === undefined || natural.layer.rank >= sent.layer.rank);
  const { key, onReplay } = byReference
    ? planNatural(planning, operation, natural, name)
    : { key: planKey(planning, operation, block, name), onReplay: undefined };
  if (sent === undefined && natural === undefined)
    planning.findings.addFor(
      name,
      { path: leaf?.path ?? block.path },
      {
        code: "P401",
        message: "`keyed` without a key would repeat effects, for {operations}",
        fix: "add `key: { in: header, name: …, generate: uuid4, maxLength: … }`, or write `class: unsafe`",
      },
    );
  const retention = durationAt(block, "retention");
  if (retention !== undefined && timeouts.deadline >= retention)
    planning.findings.addFor(
      name,
      { path: leafAt(block, "retention")!.path },
      {
        code: "P404",
        message: `the deadline of ${timeouts.deadline / 1000}s outlasts the key: a retry after the provider forgot it is a second effect, for {operations}`,
        fix: "write a `timeouts.deadline` below `idempotency.retention`",
      },
    );
  const inFlight = conditionAt(planning, block, "inFlight", "when");
  const mismatch = conditionAt(planning, block, "mismatch", "when");
  const replayed = pointerAt(planning, block, "replayed");
  const inFlightAs = dispositionAt(block, "inFlight", "rejected");
  const mismatchAs = dispositionAt(block, "mismatch", "permanent");
  return {
    class: "keyed",
    ...(key === undefined ? {} : { key }),
    ...(retention === undefined ? {} : { retention }),
    ...(leafAt(block, "replaysErrors")?.value === true ? { replaysErrors: true as const } : {}),
    ...(inFlight === undefined ? {} : { inFlight }),
    ...(inFlight === undefined || inFlightAs === undefined ? {} : { inFlightAs }),
    ...(mismatch === undefined ? {} : { mismatch }),
    ...(mismatch === undefined || mismatchAs === undefined ? {} : { mismatchAs }),
    ...(replayed === undefined ? {} : { replayed }),
    ...(onReplay === undefined ? {} : { onReplay }),
  };
}

/** Undefined where it is the usual one. */
function dispositionAt(block: Node, key: string, usual: Disposition): Disposition | undefined {
  const disposition = textAt(block, key, "disposition") as Disposition | undefined;
  return disposition === usual ? undefined : disposition;
}

/** P401: whoever asks for retries of ambiguous failures must make them harmless first. */
export function checkRetrySafety(
  planning: Planning,
  operation: SpecOperation,
  tree: Node,
  idempotency: IdempotencyPolicy,
  retry: RetryPolicy,
): void {
  if (idempotency.class !== "unsafe" || retry.maxAttempts === 1) return;
  const on = leafAt(tree, "retry", "on");
  const trust = leafAt(tree, "retry", "advice", "trust");
  const name = operation.operationId ?? operation.key;
  const fix =
    "declare `idempotency.key`, or `idempotency.class: idempotent` with `because:`, or write `on: [rejected]`";
  if (on && listAt(on)?.includes("ambiguous"))
    planning.findings.addFor(
      name,
      { path: on.path },
      {
        code: "P401",
        message:
          "ambiguous failures of an unsafe call without a key are retried: it may take effect twice, for {operations}",
        fix,
      },
    );
  if (trust?.value === true)
    planning.findings.addFor(
      name,
      { path: trust.path },
      {
        code: "P401",
        message: "`trust` lets the server's word repeat an unsafe call without a key, for {operations}",
        fix: "declare `idempotency.key`, or `idempotency.class: idempotent` with `because:`, or leave `trust` out",
      },
    );
}
