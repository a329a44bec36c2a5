/** Timeouts, retries and backoff of an operation, and what cannot fit together among them. */
import type { Disposition, Policy, RetryPolicy, TimeoutPolicy } from "@couplet/runtime/codegen/v1";
import { policyFeature } from "../model.ts";
import { defaultRetry, defaultTimeouts } from "../policy-defaults.ts";
import { at, entriesAt, isNone, itemsOf, leafAt, listAt, type Node, numberAt, textAt } from "./layers.ts";
import { durationAt, type Planning, pointerAt } from "./planning.ts";
import { waitHeaderAt } from "./wait-header.ts";

const twoHours = 7_200_000;

/** A duration of hours among those of one call is nearly always a wrong unit. */
function warnOfLength(planning: Planning, node: Node | undefined): void {
  if (node?.kind === "branch") {
    for (const child of node.entries.values()) warnOfLength(planning, child);
    return;
  }
  const milliseconds = durationAt(node);
  if (node === undefined || milliseconds === undefined || milliseconds <= twoHours) return;
  const written = String(node.value);
  planning.findings.warn(
    { path: node.path, spot: { of: "value" } },
    {
      code: "P101",
      message: `\`${written}\` is ${Math.round(milliseconds / 3_600_000)} hours`,
      fix: /[0-9]s$/.test(written) ? `meant \`${written.replace(/s$/, "ms")}\`?` : "check the unit (ms, s, m, h, d)",
    },
  );
}

export function planTimeouts(planning: Planning, tree: Node): TimeoutPolicy {
  const written = at(tree, "timeouts");
  warnOfLength(planning, written);
  const attempt = durationAt(written, "attempt") ?? defaultTimeouts.attempt;
  const deadline = durationAt(written, "deadline") ?? defaultTimeouts.deadline;
  const leaf = leafAt(written, "attempt");
  if (leaf && attempt > deadline) {
    const whose = leafAt(written, "deadline") ? "the deadline" : "the built-in deadline";
    planning.findings.add(
      { path: leaf.path },
      {
        code: "P104",
        message: `one attempt may take ${leaf.value}, but ${whose} over all of them is ${deadline / 1000}s`,
        fix: `write a longer \`deadline\` (attempts and waits must fit), or a shorter \`attempt\``,
      },
    );
  }
  const connect = leafAt(written, "connect");
  if (connect && (durationAt(connect) ?? 0) > attempt)
    planning.findings.add(
      { path: connect.path },
      {
        code: "P104",
        message: `connecting may take ${connect.value}, but the whole attempt only ${attempt / 1000}s`,
        fix: "write a shorter `connect`, or a longer `attempt`",
      },
    );
  const longest = leafAt(written, "queue");
  const queue = durationAt(longest);
  if (longest && queue !== undefined && queue > deadline)
    planning.findings.add(
      { path: longest.path },
      {
        code: "P104",
        message: `a call may wait ${longest.value} for limits, but the whole call has only ${deadline / 1000}s`,
        fix: "write a shorter `queue`, or a longer `deadline`",
      },
    );
  const patience = durationAt(connect);
  return {
    attempt: Math.min(attempt, deadline),
    deadline,
    ...(queue === undefined ? {} : { queue: { use: policyFeature("queueTimeout"), limit: queue } }),
    ...(patience === undefined ? {} : { connect: patience }),
  };
}

function planBackoff(planning: Planning, written: Node | undefined): RetryPolicy["backoff"] {
  const usual = defaultRetry.backoff;
  const strategy = (textAt(written, "strategy") ?? usual.strategy) as "exponential" | "constant";
  const initial = durationAt(written, "initial") ?? usual.initial;
  const max = durationAt(written, "max") ?? usual.max;
  const throttled = durationAt(written, "throttled");
  const leaf = leafAt(written, "initial") ?? leafAt(written, "max");
  if (leaf && initial > max) {
    planning.findings.add(
      { path: leaf.path },
      {
        code: "P103",
        message: `the first wait (${initial} ms) is longer than the longest (${max} ms)`,
        fix: "write `initial` below `max`",
      },
    );
  }
  return {
    strategy,
    initial,
    multiplier: strategy === "constant" ? 1 : (numberAt(written, "multiplier") ?? usual.multiplier),
    max,
    jitter: (textAt(written, "jitter") ?? usual.jitter) as "full" | "equal" | "none",
    throttled: throttled ?? Math.min(Math.max(usual.throttled, initial), max),
  };
}

function planAdvice(planning: Planning, written: Node | undefined): RetryPolicy["advice"] {
  if (written?.kind !== "branch") return undefined;
  const from = pointerAt(planning, written, "from");
  const words = new Map<string, string>();
  for (const [word, node] of entriesAt(written)) {
    if (word === "from" || word === "trust" || word.startsWith("x-")) continue;
    const says = textAt(node);
    if ((says === "retry" || says === "stop") && !words.has(says)) words.set(says, word);
    else
      planning.findings.add(
        { path: node.path },
        {
          code: "P003",
          message: `\`${word}\` must say \`retry\` or \`stop\`, and each of them once`,
          fix: 'write for example `{ from: $response.header.NAME, "true": retry, "false": stop }`',
        },
      );
  }
  const retry = words.get("retry");
  const stop = words.get("stop");
  if (retry === undefined || stop === undefined || at(written, "from") === undefined) {
    planning.findings.add(
      { path: written.path },
      {
        code: "P003",
        message: "advice needs `from`, a value that means `retry` and one that means `stop`",
        fix: 'write for example `{ from: $response.header.NAME, "true": retry, "false": stop }`',
      },
    );
    return undefined;
  }
  if (from === undefined) return undefined;
  const trust = leafAt(written, "trust")?.value === true;
  return { from, retry, stop, ...(trust ? { trust: true as const } : {}) };
}

/** `retry: none` is one attempt. */
export function planRetry(planning: Planning, tree: Node, timeouts: TimeoutPolicy): Policy["retry"] {
  const written = at(tree, "retry");
  if (isNone(written)) return { ...defaultRetry, maxAttempts: 1, on: [] };
  warnOfLength(planning, at(written, "backoff"));
  warnOfLength(planning, at(written, "maxRetryAfter"));
  const maxRetryAfter = durationAt(written, "maxRetryAfter") ?? defaultRetry.maxRetryAfter;
  const longest = leafAt(written, "maxRetryAfter");
  if (longest && maxRetryAfter >= timeouts.deadline) {
    planning.findings.warn(
      { path: longest.path },
      {
        code: "P105",
        message: `a wait of ${longest.value} never fits into the deadline of ${timeouts.deadline / 1000}s`,
        fix: "write a longer `timeouts.deadline`, or a shorter `maxRetryAfter`",
      },
    );
  }
  const waits = leafAt(written, "retryAfter");
  const usual = defaultRetry.budget;
  const advice = planAdvice(planning, at(written, "advice"));
  return {
    maxAttempts: numberAt(written, "maxAttempts") ?? defaultRetry.maxAttempts,
    on: (listAt(written, "on") as readonly Disposition[] | undefined) ?? defaultRetry.on,
    backoff: planBackoff(planning, at(written, "backoff")),
    budget: {
      capacity: numberAt(written, "budget", "capacity") ?? usual.capacity,
      retryCost: numberAt(written, "budget", "retryCost") ?? usual.retryCost,
      timeoutCost: numberAt(written, "budget", "timeoutCost") ?? usual.timeoutCost,
      tenantCapacity: numberAt(written, "budget", "tenantCapacity") ?? usual.tenantCapacity,
    },
    retryAfter:
      waits === undefined
        ? defaultRetry.retryAfter
        : itemsOf(waits).flatMap((item) => waitHeaderAt(planning, item) ?? []),
    maxRetryAfter,
    ...(advice === undefined ? {} : { advice }),
  };
}
