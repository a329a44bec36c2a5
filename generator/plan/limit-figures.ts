/** The figures of a rate limit, by the algorithm that counts them. */
import { at, type Branch, type Node, numberAt } from "./layers.ts";
import { lack } from "./limit-parts.ts";
import { durationAt, type Planning } from "./planning.ts";

export type Figures = { readonly capacity: number; readonly per: number; readonly refill: number };
/** The feature of the runtime that counts. */
export type Algorithm = "slidingWindow" | "tokenBucket" | "concurrentCalls";

export function figuresOf(planning: Planning, node: Node, algorithm: Algorithm, name: string): Figures | undefined {
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
  if (algorithm === "concurrentCalls") {
    if (capacity !== undefined) return { capacity, per: 0, refill: capacity };
    const message = `\`${name}\` counts calls at once and lacks \`capacity\``;
    return lack(planning, node, [["capacity"]], message, "add for example `capacity: 10`");
  }
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
export function tierNode(base: Branch, tier: Node): Node {
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

/** A leaky bucket is a token bucket seen from below, and who keeps within sliding windows keeps within fixed ones. */
export function algorithmOf(written: string): Algorithm {
  if (written === "concurrency") return "concurrentCalls";
  return written === "leakyBucket" || written === "tokenBucket" ? "tokenBucket" : "slidingWindow";
}

const keysOf: Readonly<Record<Algorithm, { readonly own: readonly string[]; readonly fix: string }>> = {
  tokenBucket: { own: ["capacity", "leak", "refill"], fix: "a bucket has `capacity` and one of `leak` and `refill`" },
  slidingWindow: { own: ["limit"], fix: "a window has `limit: { amount, per }`" },
  concurrentCalls: { own: ["capacity"], fix: "calls at once have `capacity` alone" },
};

/** Figures that another algorithm has, or one kind of them twice: P301. */
export function checkFigureKeys(planning: Planning, node: Branch, written: string): void {
  const { own, fix } = keysOf[algorithmOf(written)];
  const found = ["leak", "refill", "limit", "capacity"].filter((key) => at(node, key) !== undefined);
  const flows = found.filter((key) => key !== "capacity");
  const odd = found.find((key) => !own.includes(key)) ?? flows[1];
  if (odd === undefined) return;
  const place = at(node, odd)!;
  const message = `\`${odd}\` does not belong to \`${written}\` as it is written`;
  planning.findings.add({ path: place.path, spot: { of: "key" } }, { code: "P301", message, fix });
}
