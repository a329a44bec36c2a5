import type { SpecOperation } from "../model.ts";
import { canonicalJson } from "./canonical-json.ts";
import { compareBody } from "./compare-bodies.ts";
import { compareParameters } from "./compare-parameters.ts";
import { compareResponses } from "./compare-responses.ts";
import { compareOperationSecurity } from "./compare-security.ts";
import { compareSent } from "./compare-sent.ts";
import { compareOperationServers } from "./compare-servers.ts";
import type { ComparisonContext, OperationPair, TellPlaced } from "./comparison-context.ts";
import { matchOperations, pathShape } from "./match-operations.ts";

/** All operations of both documents, those that the policy leaves out excepted. */
export function compareOperations(context: ComparisonContext): void {
  const { base, revision, options, schemas } = context;
  const excluded = new Set(options.policy?.excluded);
  const isIn = ({ key }: SpecOperation): boolean => !excluded.has(key);
  const ids = { base: schemas.base.ids, revision: schemas.revision.ids };
  const matched = matchOperations(base.operations.filter(isIn), revision.operations.filter(isIn), ids);
  for (const operation of matched.removed) {
    const facts = operation.deprecated ? { before: "deprecated" } : {};
    const says = operation.deprecated ? "is gone (it was deprecated)" : "is gone";
    const edit = { name: "operation-removed", effect: "narrow", base: operation.pointer, says, ...facts } as const;
    context.tell({ ...edit, direction: "both", subject: "" }, context.reference(operation, "base"));
  }
  for (const operation of matched.added) {
    const edit = { name: "operation-added", effect: "widen", revision: operation.pointer, says: "is new" } as const;
    context.tell({ ...edit, direction: "both", subject: "" }, context.reference(operation, "revision"));
  }
  for (const [old, now] of matched.pairs) {
    compareOperation(context, { base: old, revision: now, reference: referenceOf(context, old, now) });
  }
}

/** The name that the client has now counts. */
function referenceOf(
  context: ComparisonContext,
  base: SpecOperation,
  revision: SpecOperation,
): OperationPair["reference"] {
  const reference = context.reference(base, "base");
  const { clientMethod } = context.reference(revision, "revision");
  return reference.clientMethod === undefined && clientMethod !== undefined
    ? { ...reference, clientMethod }
    : reference;
}

function compareOperation(context: ComparisonContext, pair: OperationPair): void {
  comparePlace(context, pair);
  compareNames(context, pair);
  compareLifetime(context, pair);
  compareParameters(context, pair);
  compareBody(context, pair);
  compareResponses(context, pair);
  compareOperationSecurity(context, pair);
  compareOperationServers(context, pair);
  const callbacks = (operation: SpecOperation): SpecOperation[] =>
    (operation.callbacks ?? []).flatMap(({ name, operations }) =>
      operations.map((one) => ({ ...one, path: `${name} ${one.path}` })),
    );
  compareSent(context, callbacks(pair.base), callbacks(pair.revision), "callback", pair.reference);
}

type Told = Omit<TellPlaced, "direction" | "subject" | "base" | "revision">;

function tell(context: ComparisonContext, { base, revision, reference }: OperationPair, edit: Told): void {
  const pointers = { base: base.pointer, revision: revision.pointer };
  context.tell({ ...edit, ...pointers, direction: "both", subject: "" }, reference);
}

function comparePlace(context: ComparisonContext, pair: OperationPair): void {
  const { base, revision } = pair;
  if (base.method !== revision.method) {
    const told = { before: base.method.toUpperCase(), after: revision.method.toUpperCase() };
    const says = `is called with ${told.after} instead of ${told.before}`;
    tell(context, pair, { name: "operation-method-changed", effect: "incomparable", ...told, says });
  }
  if (pathShape(base.path) !== pathShape(revision.path)) {
    const says = `moved to ${revision.path}`;
    const told = { before: base.path, after: revision.path };
    tell(context, pair, { name: "operation-path-changed", effect: "rename", ...told, says });
  }
}

/** What the generator names methods after. */
function compareNames(context: ComparisonContext, pair: OperationPair): void {
  const { base, revision } = pair;
  const names = context.options.names;
  const [old, now] = [context.reference(base, "base"), context.reference(revision, "revision")];
  const isPinned = names !== undefined && old.clientMethod === now.clientMethod;
  const facts = isPinned ? (["pinned"] as const) : [];
  const told = (before: string | undefined, after: string | undefined): object => ({
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
  if (base.operationId !== revision.operationId) {
    const says = `has the operationId ${JSON.stringify(revision.operationId ?? "")} instead of ${JSON.stringify(base.operationId ?? "")}`;
    const edit = { name: "operation-id-changed", effect: "rename", says, facts } as const;
    tell(context, pair, { ...edit, ...told(base.operationId, revision.operationId) });
  }
  // Namespaces come from the first tag.
  if (base.tags[0] !== revision.tags[0]) {
    const says = `has the tag ${JSON.stringify(revision.tags[0] ?? "")} instead of ${JSON.stringify(base.tags[0] ?? "")}`;
    const edit = { name: "operation-tag-changed", effect: "rename", says, facts } as const;
    tell(context, pair, { ...edit, ...told(base.tags[0], revision.tags[0]) });
  }
}

function compareLifetime(context: ComparisonContext, pair: OperationPair): void {
  const { base, revision } = pair;
  if (base.deprecated !== revision.deprecated) {
    const [name, says] = revision.deprecated
      ? ["operation-deprecated", "is deprecated"]
      : ["operation-reactivated", "is no longer deprecated"];
    tell(context, pair, { name, effect: "none", says });
  }
  const sunset = ({ extensions }: SpecOperation): string | undefined => {
    const value = Object.hasOwn(extensions, "x-sunset") ? extensions["x-sunset"] : undefined;
    return value === undefined ? undefined : typeof value === "string" ? value : canonicalJson(value);
  };
  const [before, after] = [sunset(base), sunset(revision)];
  if (before === after) return;
  if (after === undefined && before !== undefined) {
    tell(context, pair, { name: "sunset-removed", effect: "none", before, says: `no longer ends on ${before}` });
  } else if (after !== undefined) {
    const told = before === undefined ? { after } : { before, after };
    const says = before === undefined ? `ends on ${after}` : `ends on ${after} instead of ${before}`;
    tell(context, pair, {
      name: before === undefined ? "sunset-set" : "sunset-changed",
      effect: "none",
      ...told,
      says,
    });
  }
}
