/**
 * The worst that a provider can do to a call, found by trying: every sequence of kinds of failures, each asked of the
 * runtime's own decision. An oracle for `worstCase`, which adds up instead.
 */
import type { Policy } from "@couplet/runtime/codegen/v1";
import { backoffDelay } from "../../../runtime/backoff.ts";
import { type AttemptOutcome, decideRetry } from "../../../runtime/retry.ts";
import { RetryBudget } from "../../../runtime/retry-budget.ts";
import type { Act } from "./play-call.ts";

/** A kind of failure that is retried, and how a provider brings it about. */
interface Kind {
  readonly outcome: AttemptOutcome;
  readonly act: Omit<Act, "after">;
  /** It tells its wait. */
  readonly told?: true;
}

const answer = (status: number, disposition: AttemptOutcome["disposition"]): Kind => ({
  outcome: { disposition, throttled: status === 429, timedOut: false },
  act: { kind: "answer", status },
});
const advised = ({ outcome, act }: Kind): Kind => ({
  outcome: { ...outcome, advice: "retry" },
  act: { ...act, advice: "retry" },
});

const broken = (kind: "refuse" | "lose"): Kind => ({
  outcome: { disposition: kind === "refuse" ? "rejected" : "ambiguous", throttled: false, timedOut: false },
  act: { kind },
});

/** One kind, where there is any, for each way to wait: by backoff, by that of throttling, as told. */
function kindsOf(policy: Policy): Kind[] {
  const plain = [broken("refuse"), broken("lose"), answer(400, "permanent")];
  const throttled = [answer(429, "rejected")];
  const told = [answer(429, "rejected"), answer(408, "ambiguous"), answer(400, "permanent")];
  const withAdvice = (kinds: readonly Kind[]): Kind[] =>
    policy.retry.advice === undefined ? [...kinds] : [...kinds, ...kinds.filter((one) => one.act.status).map(advised)];
  const retried = (kinds: readonly Kind[]): Kind[] =>
    withAdvice(kinds)
      .filter(({ outcome }) => decideRetry(policy, outcome, { ...calm, maxAttempts: policy.retry.maxAttempts }).retry)
      .slice(0, 1);
  return [
    ...retried(plain),
    ...retried(throttled),
    ...(policy.retry.retryAfter.length === 0 ? [] : retried(told).map((one) => ({ ...one, told: true as const }))),
  ];
}

const calm = { attempt: 1, remaining: 1e12, now: 0, random: 0, keyAge: -1e12 };
const almostOne = 1 - 2 ** -53;

export interface WorstScript {
  readonly acts: readonly Act[];
  readonly random: number;
  /** Milliseconds of all waits. */
  readonly total: number;
}

/** All sequences that come through, with waits as long as they can be. */
export function scriptsOf(policy: Policy): readonly WorstScript[] {
  const kinds = kindsOf(policy);
  let sequences: Kind[][] = [[]];
  const scripts: WorstScript[] = [{ acts: [], random: 0, total: 0 }];
  for (let retry = 1; retry < policy.retry.maxAttempts; retry++) {
    sequences = sequences.flatMap((sequence) => kinds.map((kind) => [...sequence, kind]));
    scripts.push(...sequences.flatMap((sequence) => scriptOf(policy, sequence) ?? []));
  }
  return scripts;
}

/** Jitter is drawn alike for all waits of a sequence, so that they fill the time there is, but for a little. */
function scriptOf(policy: Policy, sequence: readonly Kind[]): WorstScript | undefined {
  const { retry, timeouts, idempotency } = policy;
  const { deadline } = timeouts;
  const forgotten = idempotency.key && idempotency.retention ? idempotency.retention * 0.9 : Number.POSITIVE_INFINITY;
  const span = sequence.map(({ told, outcome }, index) =>
    told
      ? ([1e-3, retry.maxRetryAfter - 1e-3] as const)
      : ([0, almostOne].map((random) => backoffDelay(retry.backoff, index + 1, outcome.throttled, random)) as [
          number,
          number,
        ]),
  );
  const least = span.reduce((sum, [from]) => sum + from, 0);
  const most = span.reduce((sum, [, to]) => sum + to, 0);
  const room = Math.min(deadline, forgotten) - 1e-3 - least;
  if (room < 0) return undefined;
  const random = most === least ? 0 : Math.min(almostOne, room / (most - least));
  let total = 0;
  const budget = new RetryBudget();
  const acts: Act[] = [];
  for (const [index, { outcome, act, told }] of sequence.entries()) {
    const [from, to] = span[index]!;
    const wait = told ? { wait: from + (to - from) * random } : {};
    const decision = decideRetry(
      policy,
      { ...outcome, ...wait },
      {
        attempt: index + 1,
        maxAttempts: retry.maxAttempts,
        remaining: deadline - total,
        now: 0,
        random,
        ...(idempotency.key && { keyAge: total }),
      },
    );
    if (!decision.retry || !budget.spend("origin", undefined, retry.budget.retryCost, retry.budget)) return undefined;
    total += decision.delay;
    acts.push({ ...act, ...wait, after: 0 });
  }
  return { acts, random, total };
}

/** The script with answers so slow that the call lasts as long as it can. `replays`: a 401 comes in the end. */
export function slowed(policy: Policy, script: WorstScript, replays: 0 | 1): { acts: readonly Act[]; ends: number } {
  const { attempt, deadline } = policy.timeouts;
  const { key, retention } = policy.idempotency;
  const forgotten = key && retention ? retention * 0.9 : Number.POSITIVE_INFINITY;
  const slow = attempt * (1 - 1e-6);
  let left = deadline - script.total;
  const take = (most: number): number => {
    const taken = Math.max(0, Math.min(most, left));
    left -= taken;
    return taken;
  };
  // The last attempt hangs; what is left of the time goes to the others, from the last to the first.
  const last = take(attempt);
  left = Math.min(left, forgotten - script.total - 5e-4);
  const refused: Act[] = replays === 1 ? [{ kind: "answer", status: 401, after: take(slow) * (1 - 1e-9) }] : [];
  const retried = script.acts.map((act) => ({ ...act, after: take(slow) * (1 - 1e-6) }));
  const ends = script.total + last + [...refused, ...retried].reduce((sum, act) => sum + act.after, 0);
  return { acts: [...retried, ...refused, { kind: "hang", after: 0 }], ends };
}
