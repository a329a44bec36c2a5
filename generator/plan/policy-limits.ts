/** Rate limits: leaky and token buckets, fixed and sliding windows, with their tiers and what the server says of them. */
import type { Connector, PartitionKey, RateLimit } from "@couplet/runtime/codegen/v1";
import { feature, type Plan } from "../model.ts";
import { defaultLimit } from "../policy-defaults.ts";
import { parsePercent } from "../policy-model.ts";
import { at, type Branch, entriesAt, leafAt, listAt, type Node, numberAt, textAt } from "./layers.ts";
import { durationAt, type Planning, patternAt, pointerAt, unknownName, waitHeaderAt } from "./planning.ts";
import { apiErrors } from "./policy-errors.ts";

type Figures = { readonly capacity: number; readonly per: number; readonly refill: number };
type Window = "slidingWindow" | "tokenBucket";

/** What is missing, unless it is there and was refused earlier. */
function lack(
  planning: Planning,
  node: Node,
  missing: readonly (readonly string[])[],
  message: string,
  fix: string,
): undefined {
  const refused = missing.some(
    (keys) => at(node, ...keys) === undefined && planning.source?.has([...node.path, ...keys]),
  );
  if (!refused) planning.findings.add({ path: node.path, spot: { of: "key" } }, { code: "P003", message, fix });
  return undefined;
}

function figuresOf(planning: Planning, node: Node, algorithm: Window, name: string): Figures | undefined {
  if (algorithm === "slidingWindow") {
    const amount = numberAt(node, "limit", "amount");
    const per = durationAt(node, "limit", "per");
    if (amount === undefined || per === undefined)
      return lack(
        planning,
        node,
        [["limit"], ["limit", "amount"], ["limit", "per"]],
        `the window \`${name}\` lacks \`limit: { amount, per }\``,
        "add for example `limit: { amount: 100, per: 1s }`",
      );
    return { capacity: amount, per, refill: amount };
  }
  const capacity = numberAt(node, "capacity");
  const flow = at(node, "leak") ?? at(node, "refill");
  const refill = numberAt(flow, "amount");
  const per = durationAt(flow, "per");
  if (capacity === undefined || refill === undefined || per === undefined) {
    const lacks = [
      capacity === undefined ? "`capacity`" : [],
      refill === undefined || per === undefined ? "`leak` or `refill: { amount, per }`" : [],
    ].flat();
    return lack(
      planning,
      node,
      ["leak", "refill"].flatMap((key) => [["capacity"], [key], [key, "amount"], [key, "per"]]),
      `the bucket \`${name}\` lacks ${lacks.join(" and ")}`,
      "add for example `capacity: 40` and `leak: { amount: 2, per: 1s }`",
    );
  }
  return { capacity, per, refill };
}

/** Figures of a tier over those of its limit. */
function tierNode(base: Branch, tier: Node): Node {
  if (tier.kind !== "branch") return tier;
  const inherited = new Map(base.entries);
  if (tier.entries.has("leak") || tier.entries.has("refill"))
    for (const key of ["leak", "refill"]) inherited.delete(key);
  const entries = new Map([...inherited, ...tier.entries]);
  for (const key of ["limit", "leak", "refill"]) {
    const [lower, upper] = [inherited.get(key), tier.entries.get(key)];
    if (lower?.kind === "branch" && upper?.kind === "branch")
      entries.set(key, { ...upper, entries: new Map([...lower.entries, ...upper.entries]) });
  }
  return { ...tier, entries };
}

function planFeedback(planning: Planning, written: Node | undefined): RateLimit["feedback"] {
  if (written === undefined) return undefined;
  const readings = (["used", "remaining", "limit"] as const).flatMap((name) => {
    const from = pointerAt(planning, written, name, "from");
    if (from === undefined) return [];
    const leaf = leafAt(written, name, "pattern");
    const pattern = patternAt(planning, written, name, "pattern");
    const groups = leaf && String(leaf.value).match(/\(\?<(used|remaining|limit)>/g);
    if (leaf && pattern !== undefined && !groups?.includes(`(?<${name}>`)) {
      planning.findings.add(
        { path: leaf.path },
        {
          code: "P421",
          message: `the pattern has no group named \`${name}\``,
          fix: `name the figure: \`(?<${name}>[0-9]+)\``,
        },
      );
      return [];
    }
    return [[name, { from, ...(pattern === undefined ? {} : { pattern }) }] as const];
  });
  const reset = waitHeaderAt(planning, at(written, "reset"));
  const feedback = { ...Object.fromEntries(readings), ...(reset === undefined ? {} : { reset }) };
  return Object.keys(feedback).length === 0 ? undefined : feedback;
}

function planLimit(
  planning: Planning,
  name: string,
  node: Branch,
  errorNames: ReadonlySet<string>,
): Plan<RateLimit> | undefined {
  const written = textAt(node, "algorithm");
  if (written === undefined) {
    if (leafAt(node, "algorithm") === undefined)
      lack(
        planning,
        node,
        [["algorithm"]],
        `the rate limit \`${name}\` lacks \`algorithm\``,
        "add `algorithm: tokenBucket` or `slidingWindow`",
      );
    return undefined;
  }
  if (written === "concurrency" || at(node, "limit", "fromExtension") !== undefined) return undefined;
  const algorithm: Window = written === "leakyBucket" || written === "tokenBucket" ? "tokenBucket" : "slidingWindow";
  const flows = ["leak", "refill", "limit"].filter((key) => at(node, key) !== undefined);
  const odd =
    at(node, algorithm === "tokenBucket" ? "limit" : "leak") ??
    (algorithm === "slidingWindow" ? (at(node, "refill") ?? at(node, "capacity")) : undefined);
  if (odd || flows.length > 1) {
    const place = odd ?? at(node, flows[1]!)!;
    planning.findings.add(
      { path: place.path, spot: { of: "key" } },
      {
        code: "P301",
        message: `\`${place.path.at(-1)}\` does not belong to \`${written}\` as it is written`,
        fix:
          algorithm === "tokenBucket"
            ? "a bucket has `capacity` and one of `leak` and `refill`"
            : "a window has `limit: { amount, per }`",
      },
    );
  }
  const figures = figuresOf(planning, node, algorithm, name);
  const cost = numberAt(node, "cost") ?? defaultLimit.cost;
  const tiers = new Map<string, Figures>();
  for (const [tier, tierBlock] of entriesAt(node, "tiers")) {
    const own = figuresOf(planning, tierNode(node, tierBlock), algorithm, `${name}.${tier}`);
    if (own) tiers.set(tier, own);
  }
  if (figures === undefined) return undefined;
  if ([figures, ...tiers.values()].some((one) => cost > one.capacity))
    planning.findings.add(
      { path: leafAt(node, "cost")?.path ?? node.path },
      {
        code: "P103",
        message: `a call costs ${cost}, more than the limit can ever hold`,
        fix: "write a `cost` below the capacity",
      },
    );
  const pauseOn = listAt(node, "pauseOn") as readonly string[] | undefined;
  for (const [index, error] of (pauseOn ?? []).entries())
    if (!errorNames.has(error)) {
      const leaf = leafAt(node, "pauseOn")!;
      unknownName(planning, { ...leaf, path: [...leaf.path, index] }, "error", error, errorNames);
    }
  const reserve = textAt(node, "reserve");
  const feedback = planFeedback(planning, at(node, "feedback"));
  return {
    use: feature(algorithm),
    ...figures,
    partition: (listAt(node, "partition") as readonly PartitionKey[] | undefined) ?? defaultLimit.partition,
    cost,
    reserve: reserve === undefined ? defaultLimit.reserve : (parsePercent(reserve) ?? defaultLimit.reserve),
    pauseOn: pauseOn ?? defaultLimit.pauseOn,
    ...(feedback === undefined ? {} : { feedback }),
    ...(tiers.size === 0 ? {} : { tiers: Object.fromEntries(tiers) }),
  };
}

/** `errorNames`: what the policy's own rules are called, beside the built-in ones. */
export function planLimits(
  planning: Planning,
  top: Branch,
  errorNames: Iterable<string>,
): Plan<Connector>["rateLimits"] {
  const known = new Set([...apiErrors, ...errorNames]);
  const limits: [string, Plan<RateLimit>][] = [];
  for (const [name, node] of entriesAt(top, "rateLimits")) {
    const limit = node.kind === "branch" ? planLimit(planning, name, node, known) : undefined;
    if (limit) limits.push([name, limit]);
  }
  return Object.fromEntries(limits);
}

/** Names of the limits that all must admit a call. */
export function planLimitedBy(planning: Planning, top: Branch, tree: Node): readonly string[] {
  const leaf = leafAt(tree, "limitedBy");
  const names = [...new Set((listAt(leaf) ?? []) as readonly string[])];
  const known = new Map(entriesAt(top, "rateLimits"));
  for (const [index, name] of ((listAt(leaf) ?? []) as readonly string[]).entries()) {
    if (!known.has(name))
      unknownName(planning, { ...leaf!, path: [...leaf!.path, index] }, "rate limit", name, known.keys(), [
        "rateLimits",
        name,
      ]);
  }
  return names.filter((name) => known.has(name));
}
