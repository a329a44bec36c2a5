/** The effective policy of an operation in one line, for doc comments and api.md. */
import type { Connector, Policy } from "@couplet/runtime/codegen/v1";
import type { Plan } from "../model.ts";

/** 60000 -> `60 s`, 250 -> `250 ms`, 3600000 -> `1 h`. */
export function toDurationText(milliseconds: number): string {
  for (const [unit, size] of [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1000],
  ] as const) {
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size} ${unit}`;
  }
  return `${milliseconds} ms`;
}

function limitText(name: string, limit: Plan<Connector>["rateLimits"][string] | undefined): string {
  if (limit === undefined) return name;
  const rate = limit.refill === limit.capacity ? `${limit.capacity}` : `${limit.capacity}, then ${limit.refill}`;
  const per = toDurationText(limit.per).replace(/^1 /, "");
  return `${name} (${rate} per ${per})`;
}

export function toPolicyLine(policy: Policy, connector: Plan<Connector>): string {
  const { idempotency, retry, timeouts } = policy;
  const { maxAttempts } = retry;
  const parts = [
    idempotency.key ? `${idempotency.class} by ${idempotency.key.name}` : idempotency.class,
    maxAttempts === 1
      ? `no retries, ${toDurationText(timeouts.deadline)} in all`
      : `up to ${maxAttempts} attempts in ${toDurationText(timeouts.deadline)}` +
        (idempotency.class === "unsafe" ? ", only after failures that surely had no effect" : ""),
  ];
  if (policy.limitedBy.length > 0) {
    parts.push(`limits: ${policy.limitedBy.map((name) => limitText(name, connector.rateLimits[name])).join(", ")}`);
  }
  return parts.join("; ");
}
