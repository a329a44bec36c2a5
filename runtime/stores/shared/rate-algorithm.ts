import type { LimiterKind } from "../../rate-limit.ts";
import { slidingWindow } from "../../sliding-window.ts";
import { tokenBucket } from "../../token-bucket.ts";
import type { RateAlgorithm } from "./rate-backend.ts";

const algorithms: ReadonlyMap<LimiterKind, RateAlgorithm> = new Map([
  [tokenBucket, "bucket"],
  [slidingWindow, "window"],
]);

/** What a shared store calls an algorithm; undefined for one that it cannot count. */
export function rateAlgorithm(use: LimiterKind): RateAlgorithm | undefined {
  return algorithms.get(use);
}
