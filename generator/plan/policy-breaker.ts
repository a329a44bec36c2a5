/** The circuit breaker of an operation: its figures, and what cannot fit together among them. */
import type { CircuitBreakerPolicy } from "@couplet/runtime/codegen/v1";
import { defaultCircuitBreaker, defaultConcurrency } from "../policy-defaults.ts";
import { parseDuration, parsePercent } from "../policy-model.ts";
import { at, isNone, leafAt, listAt, type Node, numberAt, textAt } from "./layers.ts";
import { durationAt, type Planning } from "./planning.ts";

/** Undefined for `none`. */
export function planCircuitBreaker(tree: Node): CircuitBreakerPolicy | undefined {
  const written = at(tree, "circuitBreaker");
  if (isNone(written)) return undefined;
  const usual = defaultCircuitBreaker;
  const openFor = durationAt(written, "openFor") ?? usual.openFor;
  const rate = textAt(written, "failureRate");
  const stalled = planStalled(written);
  return {
    scope: (textAt(written, "scope") as CircuitBreakerPolicy["scope"] | undefined) ?? usual.scope,
    window: durationAt(written, "window") ?? usual.window,
    minRequests: numberAt(written, "minRequests") ?? usual.minRequests,
    failureRate: (rate === undefined ? undefined : parsePercent(rate)) ?? usual.failureRate,
    consecutive: numberAt(written, "consecutive") ?? usual.consecutive,
    ...(stalled === undefined ? {} : { stalled }),
    openFor,
    openMultiplier: numberAt(written, "openMultiplier") ?? usual.openMultiplier,
    // One that nobody wrote gives way to a longer `openFor`.
    openMax: durationAt(written, "openMax") ?? Math.max(usual.openMax, openFor),
    openJitter: usual.openJitter,
    probes: (listAt(written, "probes") as readonly number[] | undefined) ?? usual.probes,
    counts: (listAt(written, "counts") as CircuitBreakerPolicy["counts"] | undefined) ?? usual.counts,
    tenants: usual.tenants,
  };
}

function planStalled(written: Node | undefined): CircuitBreakerPolicy["stalled"] {
  const usual = defaultCircuitBreaker.stalled;
  const stalled = at(written, "stalled");
  if (isNone(stalled)) return undefined;
  return {
    failures: numberAt(stalled, "failures") ?? usual.failures,
    for: durationAt(stalled, "for") ?? usual.for,
  };
}

/** P103: figures that exclude each other. P003: lists with which it could never open, or never close. */
export function checkBreaker(planning: Planning, tree: Node): void {
  const breaker = at(tree, "circuitBreaker");
  if (breaker === undefined || isNone(breaker)) return;
  checkLists(planning, breaker);
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

function checkLists(planning: Planning, written: Node | undefined): void {
  const says = {
    probes: ["without probes it would never close again", "write at least one step, as in `[1, 2, 4]`"],
    counts: ["nothing counts, so it would never open", "name what counts, or write `circuitBreaker: none`"],
  } as const;
  for (const [key, [message, fix]] of Object.entries(says)) {
    const leaf = leafAt(written, key);
    if (leaf !== undefined && Array.isArray(leaf.value) && leaf.value.length === 0)
      planning.findings.add({ path: leaf.path }, { code: "P003", message: `\`${key}\` is empty: ${message}`, fix });
  }
}
