/** Constant headers and parameters, and what is never shown. */
import type { Json, OperationPolicy } from "../model.ts";
import { leafAt } from "../plan/layers.ts";
import type { Effective } from "../plan/policy-stack.ts";
import { defaultRedact } from "../policy-defaults.ts";
import { isPolicyMap, type PolicySource } from "../policy-model.ts";
import { type Explained, type ExplainedLeaf, explainLeaf } from "./explain-leaf.ts";
import { sayingsAt } from "./origin.ts";

/** The pin of the version is one of the constants. */
export function constantLeaves(
  { source, version }: Explained,
  { policy }: OperationPolicy,
  { tree }: Effective,
): ExplainedLeaf[] {
  const pinned = pinName(source, version)?.toLowerCase();
  return (["headers", "query", "path"] as const).flatMap((kind) =>
    Object.entries(policy[kind] ?? {}).map(([name, value]) => {
      const written = sayingsAt(tree, [kind, name]);
      const pin = { value, path: ["versions", version, "pin", "value"] };
      return explainLeaf(source, `${kind}.${name}`, value, name.toLowerCase() === pinned ? [pin, ...written] : written);
    }),
  );
}

function pinName(source: PolicySource | undefined, version: string): string | undefined {
  const versions = source?.data["versions"];
  const entry = isPolicyMap(versions) && Object.hasOwn(versions, version) ? versions[version] : undefined;
  const pin = isPolicyMap(entry) ? entry["pin"] : undefined;
  return isPolicyMap(pin) && typeof pin["name"] === "string" ? pin["name"] : undefined;
}

/** Layers add up: a line for the built-in names, one for what carries credentials, one for each layer that adds some. */
export function redactLeaves({ source, trace }: Explained, { redact }: Effective): ExplainedLeaf[] {
  return (["headers", "query", "body"] as const).flatMap((key) => {
    const path = `redact.${key}`;
    const usual: readonly string[] = key === "body" ? [] : defaultRedact[key];
    const written = redact.flatMap((node) => leafAt(node, key) ?? []);
    const added = written.map((leaf) =>
      explainLeaf(source, path, leaf.value as Json, [{ ...leaf, value: leaf.value as Json }]),
    );
    const known = new Set([
      ...usual,
      ...written.flatMap(({ value }) => value).map((name) => String(name).toLowerCase()),
    ]);
    const carried = key === "body" ? [] : trace.plan.connector.redact[key].filter((name) => !known.has(name));
    return [
      ...(usual.length === 0 ? [] : [explainLeaf(source, path, usual, [])]),
      ...(carried.length === 0 ? [] : [{ path, value: carried, origin: { layer: "derived" }, overrides: [] }]),
      ...added,
    ];
  });
}
