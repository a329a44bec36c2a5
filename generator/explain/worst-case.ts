/** How often a call can be sent and how long it can take, from its policy alone. */
import type { Policy } from "@couplet/runtime/codegen/v1";
import { isRepeatable } from "./retry-verdicts.ts";

export interface WorstCase {
  /** First attempt, retries and the replay after refused credentials; without next pages, redirects and token requests. */
  readonly requests: number;
  readonly attempts: number;
  /** 1 where new credentials can be had after a refusal. */
  readonly replays: 0 | 1;
  /**
   * Between attempts, in milliseconds all together, which jitter comes near to but never passes: `backoff` while the
   * server asks for no other, `total` whatever it asks.
   */
  readonly waits: { readonly count: number; readonly total: number; readonly backoff: number };
  /**
   * Milliseconds when nothing has to queue, no other call has opened the circuit and credentials are at hand; the deadline
   * where the call's own failures can open it.
   */
  readonly alone: number;
  /** Milliseconds: the deadline, over queueing, open circuits and credentials too. */
  readonly end: number;
}

/** Sums of waits that can come about: any from `from` up to `to` milliseconds. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** The runtime sends nothing with a key in the last tenth of its retention. */
const usableRetention = 0.9;
/** More than these are joined: the bound stays true, and is less exact only for policies of dozens of attempts. */
const mostSpans = 400;

/**
 * The bound that the runtime's retry loop keeps, and that some provider could make it reach. Error rules are asked only
 * whether they call an answer throttling; they can spare retries that this counts. The retry budget is counted only
 * where it never allows a retry: other calls that succeed fill it up again.
 */
export function worstCase(policy: Policy, refreshable: boolean): WorstCase {
  const { total: backoff } = boundOf({ ...policy, retry: { ...policy.retry, retryAfter: [] } }, refreshable).waits;
  const bound = boundOf(policy, refreshable);
  return { ...bound, waits: { ...bound.waits, backoff } };
}

type Bound = Omit<WorstCase, "waits"> & { readonly waits: Omit<WorstCase["waits"], "backoff"> };

function boundOf(policy: Policy, refreshable: boolean): Bound {
  const { attempt, deadline } = policy.timeouts;
  const replays = refreshable ? 1 : 0;
  const key = policy.idempotency.key ? policy.idempotency.retention : undefined;
  const keyEnds = key === undefined ? Number.POSITIVE_INFINITY : key * usableRetention;
  const timeOf = (waits: number, retries: number): number =>
    Math.min(deadline, waits + (retries + 1 + replays) * attempt, keyEnds + attempt);

  const most = canRetry(policy) ? policy.retry.maxAttempts - 1 : 0;
  let sums: readonly Span[] = [{ from: 0, to: 0 }];
  let waits = { count: 0, total: 0 };
  let alone = timeOf(0, 0);
  while (waits.count < most) {
    const choices = waitsBefore(policy, waits.count + 1);
    const next = join(
      sums
        .flatMap((sum) => choices.map((wait) => ({ from: sum.from + wait.from, to: sum.to + wait.to })))
        .filter(({ from }) => from < deadline && from <= keyEnds)
        .map(({ from, to }) => ({ from, to: Math.min(to, deadline, keyEnds) })),
    );
    const last = next.at(-1);
    if (last === undefined) break;
    // Waits only grow, so what one more retry does not change, none will.
    const settled = next.length === 1 && last.from === 0 && last.to === Math.min(deadline, keyEnds);
    waits = { count: settled ? most : waits.count + 1, total: Math.max(waits.total, last.to) };
    alone = Math.max(alone, timeOf(last.to, waits.count));
    sums = next;
  }
  const attempts = waits.count + 1;
  if (waits.count >= failuresToOpen(policy)) alone = deadline;
  return { requests: attempts + replays, attempts, replays, waits, alone, end: deadline };
}

/** With so few failures in a row a circuit may open, which the attempts that are left wait for. */
function failuresToOpen({ circuitBreaker }: Policy): number {
  if (circuitBreaker === undefined) return Number.POSITIVE_INFINITY;
  const { consecutive, stalled, minRequests } = circuitBreaker;
  return Math.min(consecutive, stalled?.failures ?? consecutive, minRequests);
}

/** Whether any failure at all is tried again. */
function canRetry({ retry, idempotency }: Policy): boolean {
  const { on, budget, advice, maxAttempts } = retry;
  const allowed = advice !== undefined || on.some((one) => one === "rejected" || isRepeatable(idempotency));
  return maxAttempts > 1 && allowed && Math.min(budget.retryCost, budget.timeoutCost) <= budget.capacity;
}

function waitsBefore(policy: Policy, retry: number): Span[] {
  const { backoff, retryAfter, maxRetryAfter, on, advice } = policy.retry;
  const throttling =
    on.includes("rejected") || advice !== undefined || policy.errors.some((rule) => rule.as === "RateLimitError");
  return [
    backoffSpan(backoff, backoff.initial, retry),
    ...(throttling ? [backoffSpan(backoff, backoff.throttled, retry)] : []),
    ...(retryAfter.length > 0 ? [{ from: 0, to: maxRetryAfter }] : []),
  ];
}

/** The longest backoff before a retry; 1 is the first one. */
export function backoffCeiling(backoff: Policy["retry"]["backoff"], initial: number, retry: number): number {
  const grown = backoff.strategy === "constant" ? initial : initial * backoff.multiplier ** (retry - 1);
  return Math.min(grown, backoff.max);
}

function backoffSpan(backoff: Policy["retry"]["backoff"], initial: number, retry: number): Span {
  const to = backoffCeiling(backoff, initial, retry);
  return { from: backoff.jitter === "full" ? 0 : backoff.jitter === "equal" ? to / 2 : to, to };
}

/** Sorted, and joined where they touch. */
function join(spans: readonly Span[]): Span[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  if (joined.length <= mostSpans) return joined;
  return joined.flatMap((span, index) =>
    index % 2 === 1 ? [] : [{ from: span.from, to: (joined[index + 1] ?? span).to }],
  );
}
