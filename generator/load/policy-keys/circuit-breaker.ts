/** When calls stop because the provider is down. */
import { defaultCircuitBreaker as usual } from "../../policy-defaults.ts";
import { printDuration } from "../../policy-model.ts";
import { type Key, key, layer, list, noneOr, oneOf } from "../policy-key.ts";
import { duration, rate } from "../policy-quantities.ts";
import { count, factor } from "../policy-scalars.ts";
import { source } from "./source.ts";

const keys = layer(
  {
    scope: key(
      oneOf("server", "tenant"),
      "one breaker for each origin, or beside it one for each named tenant, so that one account's trouble stays its own",
      { default: usual.scope },
    ),
    window: key(duration(), "the time over which the rate of failures is taken", {
      default: printDuration(usual.window),
    }),
    minRequests: key(count(), "calls in the window below which no rate is taken", { default: usual.minRequests }),
    failureRate: key(rate, "share of failed calls in the window that opens", {
      default: `${usual.failureRate * 100}%`,
    }),
    consecutive: key(count(), "failures in a row that open", { default: usual.consecutive }),
    stalled: key(
      noneOr(
        layer({
          failures: key(count(), "how many", { default: usual.stalled.failures }),
          for: key(duration(), "time between the first of them and the last", {
            default: printDuration(usual.stalled.for),
          }),
        }),
      ),
      "fewer failures in a row that open too, once they go on for some time; `none`: they do not",
    ),
    openFor: key(duration(), "how long it stays open the first time", { default: printDuration(usual.openFor) }),
    openMultiplier: key(factor(1), "how much longer each next time, until it closes; at least 1", {
      default: usual.openMultiplier,
    }),
    openMax: key(duration(), "the longest time it stays open", { default: printDuration(usual.openMax) }),
    probes: key(list(count()), "calls let through one after another before it closes, as a list of steps", {
      default: usual.probes,
    }),
    counts: key(
      list(oneOf("connect", "ambiguous", "throttled")),
      "which failures count: no connection; timeout, reset and 5xx; 429. Other 4xx never do",
      { default: usual.counts },
    ),
    source,
  },
  "circuitBreaker",
);

export const circuitBreaker: Key = key(
  noneOr(keys),
  "stops calls for a while when the provider is down; `none`: never",
);
