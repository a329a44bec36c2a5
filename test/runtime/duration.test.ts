import { expect, test } from "vitest";
import { toMilliseconds } from "../../runtime/duration.ts";
import type { Duration } from "../../runtime/operation.ts";

test.each<[Duration, number]>([
  [0, 0],
  [1500, 1500],
  ["250ms", 250],
  ["1.5s", 1_500],
  ["20s", 20_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["1d", 86_400_000],
])("%s is %d ms", (given, want) => {
  expect(toMilliseconds(given)).toBe(want);
});

test.each<unknown>([
  Number.NaN,
  -1,
  Number.POSITIVE_INFINITY,
  "20",
  "s",
  "-1s",
  "1e3s",
  " 1s",
  "1s\n",
  "1w",
  null,
  undefined,
  {},
  1n,
])("%s is none", (given) => {
  expect(toMilliseconds(given as Duration)).toBeNaN();
});
