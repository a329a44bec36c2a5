/** Timeouts and retries. */
import type { z } from "zod";
import { defaultRetry, defaultTimeouts } from "../../policy-defaults.ts";
import { printDuration } from "../../policy-model.ts";
import { entry, flag, type Key, type Keys, key, layer, list, noneOr, oneOf, openEntry } from "../policy-key.ts";
import { duration, size } from "../policy-quantities.ts";
import { count, factor, text, waitFormat } from "../policy-scalars.ts";
import { pointer } from "./expressions.ts";

const figure = (milliseconds: number): { default: string } => ({ default: printDuration(milliseconds) });

export const timeouts: Key = key(
  layer(
    {
      connect: key(
        duration(),
        "time to connect, where the client's `fetch` can keep it (`undiciFetch`); the global one cannot be told",
      ),
      attempt: key(duration(), "time for one attempt, the body included", figure(defaultTimeouts.attempt)),
      deadline: key(
        duration(),
        "time for the whole call: queueing, waits and all attempts",
        figure(defaultTimeouts.deadline),
      ),
      queue: key(
        duration(),
        "longest wait of an attempt for limits, beyond which the call is refused; else the deadline alone bounds it",
      ),
    },
    "timeouts",
  ),
  "how long things may take",
);

/** Keys of a header, or body field, that tells a wait. */
export const wait: Keys = {
  from: key(pointer, "header or body field that tells the wait", { examples: ["$response.header.Retry-After"] }),
  format: key(
    waitFormat,
    "how it tells the wait; the unit is never guessed; `duration` is numbers with units: `6m0s`, `1.5s`",
  ),
  pattern: key(
    text(),
    "regular expression with the group `wait`, or one without a name, where the value holds more than the wait",
  ),
  clock: key(oneOf("server", "local"), "what a moment is measured against: the answer's `Date`, or the local clock", {
    default: "server",
  }),
};

const { from, ...howItTells } = wait;
const { backoff, budget, maxAttempts, maxRetryAfter, on } = defaultRetry;

const backoffKeys = layer({
  strategy: key(oneOf("exponential", "constant"), "whether waits grow", { default: backoff.strategy }),
  initial: key(duration(), "the first wait", figure(backoff.initial)),
  multiplier: key(factor(1), "how much longer each wait is than the one before; at least 1", {
    default: backoff.multiplier,
  }),
  max: key(duration(), "the longest wait", figure(backoff.max)),
  jitter: key(
    oneOf("full", "equal", "none"),
    "how waits are spread: between nothing and the wait, between half of it and it, or not",
    { default: backoff.jitter },
  ),
  throttled: key(duration(), "the first wait after a throttling answer", figure(backoff.throttled)),
});

const budgetKeys = layer({
  capacity: key(count(), "size of the budget of an origin; successes pay back", { default: budget.capacity }),
  retryCost: key(count(0), "what a retry takes from it", { default: budget.retryCost }),
  timeoutCost: key(count(0), "what a retry after a timeout takes from it", { default: budget.timeoutCost }),
  tenantCapacity: key(count(), "size of the budget of a named tenant", { default: budget.tenantCapacity }),
});

/** The words of the provider are keys of the map; the plan checks that one says `retry` and one `stop`. */
const advice: z.ZodType = openEntry(
  { from: key(pointer, "header in which the provider says whether to repeat") },
  { trust: key(flag, "obey `retry` also for an ambiguous failure of an unsafe call", { default: false }) },
  { enum: ["retry", "stop"], description: "what this value of the header means" },
);

const retryKeys = layer(
  {
    maxAttempts: key(
      count(1, "write 1 for no retries, the first attempt is counted; or `retry: none`"),
      "attempts in all, the first included; 1 means no retries",
      { default: maxAttempts },
    ),
    on: key(
      list(oneOf("rejected", "ambiguous")),
      "which failures are repeated; the class of the operation decides further",
      {
        default: on,
      },
    ),
    backoff: key(backoffKeys, "how long to wait between attempts"),
    budget: key(budgetKeys, "bounds retries over all calls, so that an outage is not multiplied"),
    retryAfter: key(
      list(entry({ from: from! }, howItTells)),
      "where the provider tells how long to wait; the first that is there counts",
      { default: [{ from: "$response.header.Retry-After", format: "delaySecondsOrHttpDate" }] },
    ),
    maxRetryAfter: key(
      duration(),
      "the longest wait that is honoured; beyond it the call fails at once with `retryAt`",
      {
        ...figure(maxRetryAfter),
      },
    ),
    onRetryAfterExceeded: key(oneOf("fail"), "what happens then; to repeat sooner than told is not possible", {
      default: "fail",
    }),
    advice: key(advice, "a header in which the provider says whether to repeat; its word wins over the classes"),
    maxBodyBuffer: key(
      size,
      "the largest streamed request body that is read before it is sent, so that it can be sent again; a larger one, or any without this key, is sent once",
    ),
  },
  "retry",
);

export const retry: Key = key(noneOr(retryKeys), "what is repeated, how often and when; `none` is one attempt");
