/** P103: figures of the circuit breaker that exclude each other. */

import { defaultConcurrency } from "../policy-defaults.ts";
import { parseDuration } from "../policy-model.ts";
import { at, isNone, leafAt, listAt, type Node, numberAt } from "./layers.ts";
import type { Planning } from "./planning.ts";

export function checkBreaker(planning: Planning, tree: Node): void {
  const breaker = at(tree, "circuitBreaker");
  if (breaker === undefined || isNone(breaker)) return;
  const openFor = leafAt(breaker, "openFor");
  const [open, longest] = [openFor, leafAt(breaker, "openMax")].map((leaf) => parseDuration(String(leaf?.value)));
  if (openFor && open !== undefined && longest !== undefined && open > longest)
    planning.findings.add(
      { path: openFor.path },
      { code: "P103", message: "the first pause is longer than the longest", fix: "write `openFor` below `openMax`" },
    );
  const probes = leafAt(breaker, "probes");
  const counts = (listAt(probes) ?? []).filter((one) => typeof one === "number");
  const most = Math.max(...counts, numberAt(probes) ?? 0);
  const max = numberAt(tree, "concurrency", "max") ?? defaultConcurrency.max;
  if (probes && most > max && !isNone(at(tree, "concurrency")))
    planning.findings.add(
      { path: probes.path },
      {
        code: "P103",
        message: `${most} probes at once, but \`concurrency\` lets only ${max} calls through`,
        fix: `write at most ${max}`,
      },
    );
}
