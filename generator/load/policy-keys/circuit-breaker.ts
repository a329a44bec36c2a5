/** When calls stop because the provider is down. */
import { type Key, key, layer, list, noneOr, oneOf } from "../policy-key.ts";
import { duration, rate } from "../policy-quantities.ts";
import { count, factor } from "../policy-scalars.ts";
import { source } from "./source.ts";

const keys = layer(
  {
    scope: key(
      oneOf("server", "tenant"),
      "one breaker for each origin, or beside it one for each named tenant, so that one account's trouble stays its own",
      { default: "tenant" },
    ),
    window: key(duration(), "the time over which the rate of failures is taken", { default: "10s" }),
    minRequests: key(count(), "calls in the window below which no rate is taken", { default: 20 }),
    failureRate: key(rate, "share of failed calls in the window that opens", { default: "50%" }),
    consecutive: key(count(), "failures in a row that open", { default: 20 }),
    openFor: key(duration(), "how long it stays open the first time", { default: "2s" }),
    openMultiplier: key(factor(1), "how much longer each next time, until a probe succeeds; at least 1", {
      default: 1.25,
    }),
    openMax: key(duration(), "the longest time it stays open", { default: "1m" }),
    probes: key(list(count()), "calls let through one after another before it closes, as a list of steps", {
      default: [1, 2, 4],
    }),
    counts: key(
      list(oneOf("connect", "ambiguous", "throttled")),
      "which failures count: no connection; timeout, reset and 5xx; 429. Other 4xx never do",
      { default: ["connect", "ambiguous"] },
    ),
    source,
  },
  "circuitBreaker",
);

export const circuitBreaker: Key = key(
  noneOr(keys),
  "stops calls for a while when the provider is down; `none`: never",
);
