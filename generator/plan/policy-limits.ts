/** Rate limits: leaky and token buckets, fixed and sliding windows, with their tiers and what the server says of them. */
import type { Connector, PartitionKey, RateLimit } from "@couplet/runtime/codegen/v1";
import type { FactSource } from "../facts.ts";
import { feature, type Plan, type SpecOperation } from "../model.ts";
import { defaultLimit } from "../policy-defaults.ts";
import { isInBase, parsePercent } from "../policy-model.ts";
import { factSource } from "./fact-source.ts";
import { at, type Branch, entriesAt, leafAt, listAt, type Node, numberAt, textAt } from "./layers.ts";
import { lack, planFeedback } from "./limit-parts.ts";
import { durationAt, type Planning, unknownName } from "./planning.ts";
import {
  type DocumentLimit,
  type FilledWindow,
  fillWindows,
  isDocumentLimit,
  planDocumentLimit,
} from "./policy-document-limits.ts";
import { apiErrors } from "./policy-errors.ts";

type Figures = { readonly capacity: number; readonly per: number; readonly refill: number };
type Window = "slidingWindow" | "tokenBucket";

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
  if (written === "concurrency") return undefined;
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
  const tiers = new Map<string, Figures>();
  for (const [tier, tierBlock] of entriesAt(node, "tiers")) {
    const own = figuresOf(planning, tierNode(node, tierBlock), algorithm, `${name}.${tier}`);
    if (own) tiers.set(tier, own);
  }
  if (figures === undefined) return undefined;
  const feedback = planFeedback(planning, at(node, "feedback"));
  return {
    use: feature(algorithm),
    ...figures,
    ...planShared(planning, node, [figures, ...tiers.values()], errorNames),
    ...(feedback === undefined ? {} : { feedback }),
    ...(tiers.size === 0 ? {} : { tiers: Object.fromEntries(tiers) }),
  };
}

/** The parts that do not depend on the figures, checked against them. */
function planShared(
  planning: Planning,
  node: Branch,
  figures: readonly { readonly capacity: number }[],
  errorNames: ReadonlySet<string>,
): Pick<Plan<RateLimit>, "partition" | "cost" | "reserve" | "pauseOn"> {
  const cost = numberAt(node, "cost") ?? defaultLimit.cost;
  if (figures.some((one) => cost > one.capacity))
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
  return {
    partition: (listAt(node, "partition") as readonly PartitionKey[] | undefined) ?? defaultLimit.partition,
    cost,
    reserve: reserve === undefined ? defaultLimit.reserve : (parsePercent(reserve) ?? defaultLimit.reserve),
    pauseOn: pauseOn ?? defaultLimit.pauseOn,
  };
}

type Shared = ReturnType<typeof planShared>;

/** The rate limits of a connector, and which of them each operation has. */
export class LimitPlanner {
  readonly #planning: Planning;
  readonly #fixed = new Map<string, Plan<RateLimit>>();
  readonly #filled = new Map<string, { limit: DocumentLimit; shared: Shared; windows: Map<string, FilledWindow> }>();
  readonly #known: ReadonlyMap<string, Node>;
  readonly #used = new Set<string>();

  /** `errorNames`: what the policy's own rules are called, beside the built-in ones. */
  constructor(planning: Planning, top: Branch, errorNames: Iterable<string>) {
    this.#planning = planning;
    this.#known = new Map(entriesAt(top, "rateLimits"));
    const errors = new Set([...apiErrors, ...errorNames]);
    for (const [name, node] of this.#known) {
      if (node.kind !== "branch") continue;
      if (isDocumentLimit(node)) {
        const limit = planDocumentLimit(planning, name, node);
        const bounds = limit?.windows.map(({ fallback, max }) => ({ capacity: fallback ?? max })) ?? [];
        const shared = planShared(planning, node, bounds, errors);
        if (limit) this.#filled.set(name, { limit, shared, windows: new Map() });
      } else {
        const limit = planLimit(planning, name, node, errors);
        if (limit) this.#fixed.set(name, limit);
      }
    }
  }

  /** Names of the limits that all must admit a call. */
  forOperation(tree: Node, operation: SpecOperation): readonly string[] {
    const leaf = leafAt(tree, "limitedBy");
    const names = (listAt(leaf) ?? []) as readonly string[];
    for (const [index, name] of names.entries()) {
      const place = (): Node => ({ ...leaf!, path: [...leaf!.path, index] });
      if (!this.#known.has(name))
        unknownName(this.#planning, place(), "rate limit", name, this.#known.keys(), ["rateLimits", name]);
    }
    const own = [...new Set(names)].filter((name) => this.#known.has(name));
    for (const name of own) this.#used.add(name);
    return own.flatMap((name) => {
      const filled = this.#filled.get(name);
      if (filled === undefined) return [name];
      return fillWindows(this.#planning, filled.limit, operation).map((window) => {
        filled.windows.set(window.suffix, window);
        return `${name}.${window.suffix}`;
      });
    });
  }

  plan(): Plan<Connector>["rateLimits"] {
    return Object.fromEntries(this.#planned().map(({ name, limit }) => [name, limit]));
  }

  /** Where the figures of each limit, or its bounds, were read. */
  sources(): Readonly<Record<string, FactSource>> {
    const planned = this.#planned();
    return Object.fromEntries(planned.map(({ name, node }) => [name, factSource(this.#planning, node.path, node)]));
  }

  /** After all operations: those that the document fills have one limit for each figure, those of a base must be used. */
  #planned(): { name: string; limit: Plan<RateLimit>; node: Node }[] {
    return [...this.#known].flatMap(([name, node]) => {
      const fixed = this.#fixed.get(name);
      if (fixed) return this.#used.has(name) || !isInBase(node.path) ? [{ name, limit: fixed, node }] : [];
      const filled = this.#filled.get(name);
      const windows = [...(filled?.windows.values() ?? [])].sort((a, b) => a.per - b.per || a.capacity - b.capacity);
      return windows.map(({ suffix, capacity, per, feedback }) => {
        const figures = { use: feature("slidingWindow"), capacity, per, refill: capacity, ...filled!.shared };
        const limit = feedback === undefined ? figures : { ...figures, feedback };
        return { name: `${name}.${suffix}`, limit, node };
      });
    });
  }
}
