import { expect, test } from "vitest";
import type { RateLimit } from "../../runtime/descriptor.ts";
import { limitFeedback } from "../../runtime/feedback.ts";
import { bucket, exchangeOf, windowOf } from "./policy-fixture.ts";

const header = (name: string, pattern?: string) =>
  ({ from: { from: "header", name }, ...(pattern && { pattern }) }) as const;
const pair = "^(?<used>[0-9]+)/(?<limit>[0-9]+)$";

test.each<[string, RateLimit["feedback"], Record<string, string>, reserve: number, want: object | undefined]>([
  [
    "used and limit of one header",
    { used: header("x-limit", pair) },
    { "x-limit": "32/40" },
    0,
    { remaining: 8, limit: 40 },
  ],
  ["a reserve", { used: header("x-limit", pair) }, { "x-limit": "32/40" }, 0.1, { remaining: 4, limit: 36 }],
  ["remaining alone", { remaining: header("x-left") }, { "x-left": "7" }, 0, { remaining: 7 }],
  ["used against our own figure", { used: header("x-used") }, { "x-used": "39" }, 0, { remaining: 1 }],
  ["the number at the start", { limit: header("x-limit") }, { "x-limit": "10, 10;w=1, 60;w=60" }, 0, { limit: 10 }],
  [
    "a reset",
    { remaining: header("x-left"), reset: { from: { from: "header", name: "x-reset" }, format: "delaySeconds" } },
    { "x-left": "0", "x-reset": "12" },
    0,
    { remaining: 0, reset: 12_000 },
  ],
  [
    "a reset after centuries: an hour",
    { remaining: header("x-left"), reset: { from: { from: "header", name: "x-reset" }, format: "delaySeconds" } },
    { "x-left": "0", "x-reset": "200000000" },
    0,
    { remaining: 0, reset: 3_600_000 },
  ],
  [
    "a pattern without names",
    { remaining: header("x-info", "remaining=([0-9]+)") },
    { "x-info": "total=100; remaining=99" },
    0,
    { remaining: 99 },
  ],
  ["a header that is not there", { remaining: header("x-left") }, {}, 0, undefined],
  ["a value that is no number", { remaining: header("x-left") }, { "x-left": "plenty" }, 0, undefined],
  ["a pattern that does not match", { used: header("x-limit", pair) }, { "x-limit": "32 of 40" }, 0, undefined],
  ["no feedback declared", undefined, { "x-left": "1" }, 0, undefined],
])("%s", (_, feedback, headers, reserve, want) => {
  const limit = bucket(40, 2, 1_000, { reserve, ...(feedback && { feedback }) });
  expect(limitFeedback(limit, limit, exchangeOf({ headers }), 0)).toEqual(want);
});

test("a reset may be as far away as the end of the window", () => {
  const reset = { from: { from: "header", name: "x-reset" }, format: "delaySeconds" } as const;
  const day = windowOf(100, 86_400_000, { feedback: { remaining: header("x-left"), reset } });
  const exchange = exchangeOf({ headers: { "x-left": "0", "x-reset": "80000" } });
  expect(limitFeedback(day, day, exchange, 0)).toEqual({ remaining: 0, reset: 80_000_000 });
});
