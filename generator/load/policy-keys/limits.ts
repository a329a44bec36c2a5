/** Limits of the provider, and how many calls run at once. */
import { z } from "zod";
import { defaultConcurrency, defaultLimit } from "../../policy-defaults.ts";
import { declared, type Key, type Keys, key, layer, list, noneOr, oneOf } from "../policy-key.ts";
import { duration, share } from "../policy-quantities.ts";
import { count, text } from "../policy-scalars.ts";
import { pointer } from "./expressions.ts";
import { source } from "./source.ts";
import { wait } from "./timing.ts";

const flow = {
  amount: key(count(), "how many"),
  per: key(duration(), "in how much time", { examples: ["1s"] }),
};

const reading = layer({
  from: key(pointer, "header or body field with the figure"),
  pattern: key(
    text(),
    "regular expression with the named group of the key, where the value holds more than the figure",
  ),
});

const feedback = layer(
  {
    used: key(reading, "how much is used up"),
    remaining: key(reading, "how much is left"),
    limit: key(reading, "how much there is; beats the figure of the policy"),
    reset: key(layer(wait), "when it is full again"),
  },
  "feedback",
);

const window = layer({
  per: key(duration(), "length of the window; a figure of the document for another length is not believed", {
    examples: ["1m"],
  }),
  max: key(count(), "the highest figure that is believed"),
  default: key(noneOr(count()), "figure where the document has none; `none`: then there is no such window"),
  feedback: key(feedback, "where the provider tells the state of this window"),
});

const figures: Keys = {
  algorithm: key(
    oneOf("leakyBucket", "tokenBucket", "fixedWindow", "slidingWindow", "concurrency"),
    "how the provider counts; `concurrency` is calls at once, as `capacity`. Mandatory",
  ),
  capacity: key(count(), "size of a bucket"),
  leak: key(layer(flow), "what flows out of a leaky bucket"),
  refill: key(layer(flow), "what flows into a token bucket"),
  limit: key(
    layer({
      ...flow,
      fromExtension: key(
        text(/^x-./, "the name of an extension such as `x-rate-limit`"),
        "extension of each operation in the document that gives the figures, instead of `amount` and `per`",
      ),
      windows: key(
        declared(window, /^[^\s]{1,64}$/),
        "members of that extension, each a window: what the document may say, within bounds",
        { examples: [{ burst: { per: "1s", max: 350, default: 10 } }] },
      ),
    }),
    "calls per window",
  ),
};

export const rateLimits: Key = key(
  declared(
    layer(
      {
        feedback: key(feedback, "where the provider tells the state of the limit; it beats our own count"),
        ...figures,
        partition: key(
          list(oneOf("tenant", "credential", "operation")),
          "each combination of these counts for itself",
          { default: defaultLimit.partition },
        ),
        cost: key(
          z.union([count(), pointer]),
          "what a call takes, or the place in the answer that tells it: then it counts as much as the last ones, until it is answered",
          {
            default: defaultLimit.cost,
          },
        ),
        tiers: key(
          declared(layer(figures), /^[^\s]{1,64}$/),
          "other figures by plan, chosen with createClient({ tier })",
        ),
        reserve: key(share, "part of the limit that is left for other processes", { default: "0%" }),
        pauseOn: key(list(text()), "errors that pause the whole partition, queued calls included", {
          default: defaultLimit.pauseOn,
        }),
        source,
      },
      "rateLimit",
    ),
  ),
  "limits of the provider by name; they apply where `limitedBy` names them",
);

export const limitedBy: Key = key(noneOr(list(text())), "names of `rateLimits`; all must admit the call", {
  default: "none",
});

export const concurrency: Key = key(
  noneOr(
    layer(
      {
        max: key(count(), "calls at once", { default: defaultConcurrency.max }),
        per: key(list(oneOf("credential", "tenant", "operation")), "each combination of these counts for itself", {
          default: defaultConcurrency.per,
        }),
        queue: key(count(0), "calls of one tenant that may wait for their turn; more are refused at once", {
          default: defaultConcurrency.queue,
        }),
        source,
      },
      "concurrency",
    ),
  ),
  "how many calls run at once",
);
