/** Where facts come from, and whether everything that is declared is used. */
import { staleAfterDays } from "../policy-defaults.ts";
import { isInBase, isPolicyMap, type PolicyPath, type PolicyValue } from "../policy-model.ts";
import { at, type Branch, entriesAt, leafAt, type Node } from "./layers.ts";
import type { Planning } from "./planning.ts";
import { blocksOf, type PolicyRoot } from "./policy-stack.ts";
import { daysBetween } from "./policy-version.ts";

function checkAge(planning: Planning, node: Node): void {
  const verified = leafAt(node, "source", "verified");
  if (verified && planning.today !== undefined) {
    const age = daysBetween(String(verified.value), planning.today);
    if (age > staleAfterDays)
      planning.findings.warn(
        { path: verified.path },
        { code: "P702", message: `this was verified ${age} days ago`, fix: "look it up again and write the new date" },
      );
  }
  if (node.kind === "branch") for (const [key, child] of node.entries) if (key !== "source") checkAge(planning, child);
}

/** The file of a path: the entries of `extends` that lead to it. */
function fileOf(path: PolicyPath): string {
  let end = 0;
  while (path[end] === "extends" && typeof path[end + 1] === "number") end += 2;
  return path.slice(0, end).join("/");
}

/** P702: figures of a provider without a source cannot be looked up again when they change. */
export function checkSources(planning: Planning, top: Branch, roots: readonly PolicyRoot[]): void {
  const blocks = blocksOf(roots);
  checkAge(planning, top);
  for (const block of blocks) checkAge(planning, block);
  const covered = new Set(roots.filter(({ map }) => isPolicyMap(map["source"])).map(({ path }) => fileOf(path)));
  const missing = (node: Node, what: string): void => {
    if (covered.has(fileOf(node.path))) return;
    planning.findings.warn(
      { path: node.path, spot: { of: "key" } },
      {
        code: "P702",
        message: `${what} is a fact without a source`,
        fix: "add `source: { url: …, verified: 2026-11-20 }` here or at the top of the policy",
      },
    );
  };
  for (const [name, node] of entriesAt(top, "rateLimits"))
    if (!at(node, "source")) missing(node, `the rate limit \`${name}\``);
  for (const block of blocks) {
    const retention = leafAt(block, "idempotency", "retention");
    if (retention && !at(block, "source") && !at(block, "idempotency", "source"))
      missing(retention, "the retention of keys");
  }
}

/** P205: what is declared and never used is mostly a reference that went wrong. */
export function checkUnused(
  planning: Planning,
  top: Branch,
  key: "rateLimits" | "paginators" | "credentials",
  what: string,
  uses: Iterable<PolicyValue>,
): void {
  const used = new Set(uses);
  for (const [name, node] of entriesAt(top, key))
    if (!used.has(name) && !name.startsWith("x-") && !isInBase(node.path))
      planning.findings.warn(
        { path: node.path, spot: { of: "key" } },
        { code: "P205", message: `nothing uses the ${what} \`${name}\``, fix: "use it, or take it out" },
      );
}
