/** What is kept of answers; P605: those of one credential must not be given to another. */
import type { CacheRule } from "@couplet/runtime/codegen/v1";
import { feature, type Plan, type SpecOperation } from "../model.ts";
import { at, isNone, leafAt, listAt, type Node, textAt } from "./layers.ts";
import { durationAt, type Planning } from "./planning.ts";

/**
 * URL, credential, tenant and headers always tell answers apart in the runtime, so `key` says nothing that could make
 * it less; one that promises to is refused.
 */
export function planCache(
  planning: Planning,
  operation: SpecOperation,
  tree: Node,
  authenticated: boolean,
): Plan<CacheRule> | undefined {
  const cache = at(tree, "cache");
  if (cache?.kind !== "branch" || isNone(cache)) return undefined;
  const report = (node: Node, code: string, message: string, fix: string): void =>
    planning.findings.addFor(
      operation.operationId ?? operation.key,
      { path: node.path, ...(node === cache ? { spot: { of: "key" as const } } : {}) },
      { code, message: `${message}, for {operations}`, fix },
    );
  const key = leafAt(cache, "key");
  const parts = listAt(key);
  if (key !== undefined && parts !== undefined && authenticated && !parts.includes("credential"))
    report(
      key,
      "P605",
      "without `credential` in the key one caller gets the answers of another",
      `write \`key: [${["credential", ...parts].join(", ")}]\``,
    );
  const validators = (listAt(cache, "validators") ?? []) as CacheRule["validators"];
  const ttl = durationAt(cache, "ttl");
  const refused = planning.source?.has([...cache.path, "ttl"]) || planning.source?.has([...cache.path, "validators"]);
  if (validators.length === 0 && ttl === undefined && !refused)
    report(cache, "P003", "a cache without `validators` or `ttl` keeps nothing", "add `validators: [etag]`");
  if (operation.method !== "get") {
    report(cache, "P003", "only answers to GET can be kept", "let the rule match `methods: [GET]`, or take this out");
    return undefined;
  }
  return {
    use: feature("answerCache"),
    validators,
    ...(ttl === undefined ? {} : { ttl, fresh: feature("freshAnswers") }),
    ...(textAt(cache, "store") === "shared" && { shared: feature("sharedAnswers") }),
  };
}
