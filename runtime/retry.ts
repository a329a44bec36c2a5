import { backoffDelay } from "./backoff.ts";
import type { Disposition, Policy } from "./descriptor.ts";

/** How one attempt failed. */
export interface AttemptOutcome {
  readonly disposition: Disposition;
  /** The provider said "too many": the longer backoff applies. */
  readonly throttled?: boolean;
  readonly timedOut?: boolean;
  /** Milliseconds that the server asked to wait. */
  readonly wait?: number | undefined;
  /** The server's own word, where the policy reads it. */
  readonly advice?: "retry" | "stop" | undefined;
  /** The server keeps this answer and would only replay it for the same key. */
  readonly storedError?: boolean;
}

export interface AttemptState {
  /** Number of the attempt that failed; 1 is the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Milliseconds to the deadline. */
  readonly remaining: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
  /** Milliseconds since the key was first sent; absent when the call carries no key. */
  readonly keyAge?: number | undefined;
}

type RetryDecision =
  | { readonly retry: true; readonly delay: number }
  | { readonly retry: false; readonly retryAt: number | undefined; readonly because: string };

/**
 * Why nothing more is sent with a key of this age, in milliseconds since it was first sent; undefined when it may be.
 * One without an age was never sent.
 */
export function whyKeyIsSpent(policy: Policy, age: number = 0): string | undefined {
  return policy.changes?.whyKeyIsSpent(policy, age);
}

/**
 * Whether and when to send again. A failure that surely had no effect is repeated for every operation; one that
 * perhaps had, only where repeating is harmless. A wait that the server asks for sets the delay and never the right to
 * retry; it is kept in full or not at all.
 */
export function decideRetry(policy: Policy, outcome: AttemptOutcome, state: AttemptState): RetryDecision {
  const { wait = 0, throttled } = outcome;
  // A wait of nothing would bring everybody back at once.
  const delay = wait > 0 ? wait : backoffDelay(policy.retry.backoff, state.attempt, throttled, state.random);
  const because = refuse(policy, outcome, state) ?? refuseDelay(policy, wait, delay, state);
  if (because === undefined) return { retry: true, delay };
  return { retry: false, because, retryAt: wait > 0 ? state.now + wait : undefined };
}

function refuse(policy: Policy, outcome: AttemptOutcome, state: AttemptState): string | undefined {
  const { disposition, advice } = outcome;
  if (state.attempt >= state.maxAttempts) return "no more attempts are allowed";
  if (advice === "stop") return "the server says not to retry";
  const harmful =
    disposition === "ambiguous" && !isRepeatable(policy, state)
      ? "it may have taken effect, and repeating it is not safe"
      : undefined;
  if (advice === "retry")
    return harmful && !policy.retry.advice?.trust ? `${harmful} even where the server suggests it` : undefined;
  if (outcome.storedError) return "the provider stored this answer and would replay it for the same key";
  if (disposition === "permanent") return "the same request would fail again";
  return policy.retry.on.includes(disposition) ? harmful : `the policy does not retry ${disposition} failures`;
}

function refuseDelay(policy: Policy, wait: number, delay: number, state: AttemptState): string | undefined {
  const { maxRetryAfter } = policy.retry;
  if (wait > maxRetryAfter)
    return `the server asks to wait ${seconds(wait)}, the policy allows ${seconds(maxRetryAfter)}`;
  if (delay >= state.remaining) return `the deadline leaves no time for a wait of ${seconds(delay)}`;
  return state.keyAge === undefined ? undefined : whyKeyIsSpent(policy, state.keyAge + delay);
}

function isRepeatable(policy: Policy, { keyAge }: AttemptState): boolean {
  return policy.idempotency.class === "safe" || policy.changes?.isRepeatable(policy, keyAge !== undefined) === true;
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
