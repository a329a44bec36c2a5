/** Every effective leaf of an operation's policy. */
import type { JsonObject, OperationPolicy } from "../model.ts";
import { itemsOf, leafAt, textAt } from "../plan/layers.ts";
import type { Effective } from "../plan/policy-stack.ts";
import { authLeaves } from "./auth-leaves.ts";
import { coerceLeaves } from "./coerce-leaves.ts";
import { type Explained, type ExplainedLeaf, explainLeaf, flatten } from "./explain-leaf.ts";
import { limitLeaves } from "./limit-leaves.ts";
import { sayingsAt } from "./origin.ts";
import { toPolicyBlock } from "./policy-block.ts";
import { constantLeaves, redactLeaves } from "./wire-leaves.ts";

export function explainLeaves(subject: Explained): readonly ExplainedLeaf[] {
  const planned = subject.trace.plan.operations.get(subject.operation.key)!;
  const effective = subject.trace.operations.get(subject.operation.key)!;
  return [
    ...blockLeaves(subject, planned, effective),
    ...errorLeaves(subject, planned, effective),
    ...limitLeaves(subject, planned),
    ...authLeaves(subject, planned, effective),
    ...constantLeaves(subject, planned, effective),
    ...coerceLeaves(subject),
    ...redactLeaves(subject, effective),
  ];
}

/** What stands in the blocks of layers. */
function blockLeaves(subject: Explained, planned: OperationPolicy, { tree }: Effective): ExplainedLeaf[] {
  const { source, trace, builtIn, operation } = subject;
  const usual = new Map(
    flatten(toPolicyBlock(builtIn.plan.operations.get(operation.key)!)).map(([keys, value]) => [keys.join("."), value]),
  );
  const paginator = planned.pagination === undefined ? undefined : textAt(tree, "pagination", "use");
  const chosen = paginator === undefined ? [] : [[["pagination", "use"], paginator] as const];
  const { errors: _errors, headers: _headers, query: _query, redact: _redact, ...block } = toPolicyBlock(planned, tree);
  const leaves = flatten(block);
  const pages = leaves.findIndex(([[key]]) => key === "pagination");
  return [...leaves.slice(0, pages), ...chosen, ...leaves.slice(pages)].map(([keys, value]) => {
    const path = keys.join(".");
    const own = sayingsAt(tree, keys);
    const shared =
      keys[0] === "pagination" && paginator !== undefined
        ? sayingsAt(trace.top, ["paginators", paginator, ...keys.slice(1)])
        : [];
    return explainLeaf(source, path, value, [...own, ...shared], usual.get(path));
  });
}

/** The chain of rules, in the order in which they are asked. */
function errorLeaves({ source }: Explained, planned: OperationPolicy, { errors }: Effective): ExplainedLeaf[] {
  const nodes = errors.flatMap(itemsOf);
  return (toPolicyBlock(planned)["errors"] as readonly JsonObject[]).flatMap((block, index) =>
    Object.entries(block).map(([key, value]) => {
      const place = leafAt(nodes[index], key) ?? nodes[index];
      return explainLeaf(source, `errors[${index}].${key}`, value, place ? [{ value, path: place.path }] : []);
    }),
  );
}
