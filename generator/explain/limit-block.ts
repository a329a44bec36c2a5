/** A rate limit with its figures, written back in the policy language. */
import type { RateLimit } from "@couplet/runtime/codegen/v1";
import { featureName, type JsonObject, type Plan } from "../model.ts";
import { toDurationValue, toPercentValue, toPointerMap, toWaitMap } from "./policy-text.ts";

type Figures = Pick<RateLimit, "capacity" | "per" | "refill">;
type Feedback = NonNullable<RateLimit["feedback"]>;

export function toLimitBlock(limit: Plan<RateLimit>): JsonObject {
  const algorithm = featureName(limit.use) ?? "tokenBucket";
  const figures = ({ capacity, per, refill }: Figures): JsonObject =>
    algorithm === "slidingWindow"
      ? { limit: { amount: capacity, per: toDurationValue(per) } }
      : { capacity, refill: { amount: refill, per: toDurationValue(per) } };
  const { feedback, tiers } = limit;
  return {
    algorithm,
    ...figures(limit),
    partition: limit.partition,
    cost: limit.cost,
    reserve: toPercentValue(limit.reserve),
    pauseOn: limit.pauseOn,
    ...(feedback === undefined ? {} : { feedback: toFeedbackBlock(feedback) }),
    ...(tiers === undefined
      ? {}
      : { tiers: Object.fromEntries(Object.entries(tiers).map(([name, tier]) => [name, figures(tier)])) }),
  };
}

function toFeedbackBlock({ used, remaining, limit, reset }: Feedback): JsonObject {
  const readings = Object.entries({ used, remaining, limit }).flatMap(([name, reading]) =>
    reading === undefined
      ? []
      : [
          [
            name,
            {
              ...toPointerMap(reading.from, "from"),
              ...(reading.pattern === undefined ? {} : { pattern: reading.pattern }),
            },
          ] as const,
        ],
  );
  return { ...Object.fromEntries(readings), ...(reset === undefined ? {} : { reset: toWaitMap(reset) }) };
}
