/** Rate limits: what they count, their tiers, what a call costs, and what the server says of them. */
import type { Connector, PartitionKey, RateLimit } from "@couplet/runtime/codegen/v1";
import type { FactSource } from "../facts.ts";
import { feature, type Plan, type SpecOperation } from "../model.ts";
import { defaultLimit } from "../policy-defaults.ts";
import { isInBase, parsePercent } from "../policy-model.ts";
import { factSource } from "./fact-source.ts";
import { at, type Branch, entriesAt, leafAt, listAt, type Node, numberAt, textAt } from "./layers.ts";
import { algorithmOf, checkFigureKeys, type Figures, figuresOf, tierNode } from "./limit-figures.ts";
import { lack, planFeedback } from "./limit-parts.ts";
import { type Planning, pointerAt, unknownName } from "./planning.ts";
import {
  type DocumentLimit,
  type FilledWindow,
  fillWindows,
  isDocumentLimit,
  planDocumentLimit,
} from "./policy-document-limits.ts";
import { apiErrors } from "./policy-errors.ts";

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
        "add `algorithm: tokenBucket`, `slidingWindow` or `concurrency`",
      );
    return undefined;
  }
  const algorithm = algorithmOf(written);
  checkFigureKeys(planning, node, written);
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
  const told = pointerAt(planning, node, "cost");
  const cost = told ?? numberAt(node, "cost") ?? defaultLimit.cost;
  const reserve = parsePercent(textAt(node, "reserve") ?? "") ?? defaultLimit.reserve;
  const least = Math.min(...figures.map((one) => one.capacity));
  // The runtime never reserves the last call: a bucket of one admits one.
  const left = Math.max(1, least * (1 - reserve));
  if (typeof cost === "number" && cost > left)
    planning.findings.add(
      { path: leafAt(node, "cost")?.path ?? node.path },
      {
        code: "P103",
        message: `a call costs ${cost}, more than the limit can ever hold (${cost > least ? least : `${left} after its reserve`})`,
        fix: `write a \`cost\` of at most ${Math.floor(left)}${cost > least ? "" : ", or a smaller `reserve`"}`,
      },
    );
  const pauseOn = listAt(node, "pauseOn") as readonly string[] | undefined;
  for (const [index, error] of (pauseOn ?? []).entries())
    if (!errorNames.has(error)) {
      const leaf = leafAt(node, "pauseOn")!;
      unknownName(planning, { ...leaf, path: [...leaf.path, index] }, "error", error, errorNames);
    }
  return {
    partition: (listAt(node, "partition") as readonly PartitionKey[] | undefined) ?? defaultLimit.partition,
    cost,
    reserve,
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
