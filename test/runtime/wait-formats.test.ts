import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WaitHeader } from "../../runtime/descriptor.ts";
import { limitFeedback } from "../../runtime/feedback.ts";
import { readWait } from "../../runtime/retry-after.ts";
import { parseDuration } from "../../runtime/wait-duration.ts";
import { waitRule } from "../../runtime/wait-rule.ts";
import { bucket, exchangeOf } from "./policy-fixture.ts";

describe("the format duration", () => {
  test.each<[string, number | undefined]>([
    ["6m0s", 360_000],
    ["1h2m3.5s", 3_723_500],
    ["20ms", 20],
    ["1s", 1_000],
    ["0s", 0],
    ["4.07s", 4_070],
    ["1.5d", 129_600_000],
    ["1500µs", 2],
    ["1500μs", 2],
    ["1us", 1],
    ["3ns", 1],
    ["12", undefined],
    ["", undefined],
    ["s", undefined],
    ["-1s", undefined],
    ["1 s", undefined],
    ["1s later", undefined],
    ["1w", undefined],
    ["1.s", undefined],
    ["1e3s", undefined],
    ["PT30S", undefined],
    ["1s".repeat(60), undefined],
  ])("%j is %s", (text, wanted) => {
    expect(parseDuration(text)).toBe(wanted);
  });

  test("of any parts is their sum", () => {
    const part = fc.tuple(
      fc.integer({ min: 0, max: 9_999 }),
      fc.constantFrom(["h", 3_600_000], ["m", 60_000], ["s", 1_000], ["ms", 1]),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.map(([amount, [unit]]) => `${amount}${unit}`).join("");
        expect(parseDuration(text)).toBe(parts.reduce((sum, [amount, [, size]]) => sum + amount * Number(size), 0));
      }),
    );
  });
});

const now = Date.UTC(2026, 10, 22, 12, 0, 0);
const inHeader = { from: "header", name: "x-wait" } as const;
const inBody = { from: "body", path: ["message"] } as const;
const find = (pattern: string) => ({ use: waitRule, pattern });
const date = "Sun, 22 Nov 2026 11:50:00 GMT";

describe("a wait", () => {
  test.each<[string, WaitHeader, value: string, headers: Record<string, string>, number | undefined]>([
    [
      "in a sentence",
      { from: inBody, format: "delaySeconds", ...find("in (?<wait>[0-9]+) seconds") },
      "Try again in 55 seconds.",
      {},
      55_000,
    ],
    [
      "in the first group",
      { from: inBody, format: "delaySeconds", ...find("(?:in|after) ([0-9]+)") },
      "Try again after 7 s",
      {},
      7_000,
    ],
    [
      "in the group wait, which is not the first",
      { from: inBody, format: "delaySeconds", ...find("([0-9]+) calls in (?<wait>[0-9]+)") },
      "100 calls in 9",
      {},
      9_000,
    ],
    [
      "in another sentence",
      { from: inBody, format: "delaySeconds", ...find("in (?<wait>[0-9]+) seconds") },
      "Try again later",
      {},
      undefined,
    ],
    [
      "of another shape than the format",
      { from: inBody, format: "delaySeconds", ...find("in (?<wait>.+)") },
      "in a while",
      {},
      undefined,
    ],
    [
      "beyond what is looked at",
      { from: inBody, format: "delaySeconds", ...find("in (?<wait>[0-9]+)") },
      `${" ".repeat(2_048)}in 5`,
      {},
      undefined,
    ],
    ["as a duration", { from: inHeader, format: "duration", use: waitRule }, "6m0s", {}, 360_000],
    [
      "as a duration in a list",
      { from: inHeader, format: "duration", ...find("resets=(?<wait>[0-9a-z.]+)") },
      "total=9; resets=1.5s",
      {},
      1_500,
    ],
    ["as a duration that is none", { from: inHeader, format: "duration", use: waitRule }, "60", {}, undefined],
    [
      "as a moment by the server's clock",
      { from: inHeader, format: "httpDate", use: waitRule },
      "Sun, 22 Nov 2026 12:00:09 GMT",
      { date },
      609_000,
    ],
    [
      "as a moment by our own",
      { from: inHeader, format: "httpDate", clock: "local", use: waitRule },
      "Sun, 22 Nov 2026 12:00:09 GMT",
      { date },
      9_000,
    ],
    [
      "as a moment by our own, which is past",
      { from: inHeader, format: "epochSeconds", clock: "local", use: waitRule },
      String(now / 1_000 - 1),
      { date },
      0,
    ],
  ])("%s", (_, rule, value, headers, wanted) => {
    const exchange = exchangeOf({
      headers: { "x-wait": rule.from === inHeader ? value : "-", ...headers },
      body: { message: value },
    });
    expect(readWait([rule], exchange, now)).toBe(wanted);
  });

  test("that cannot be read leaves the next rule its turn", () => {
    const rules: WaitHeader[] = [
      { from: inBody, format: "delaySeconds", ...find("in ([0-9]+)") },
      { from: inHeader, format: "delaySeconds" },
    ];
    expect(readWait(rules, exchangeOf({ headers: { "x-wait": "3" }, body: { message: "soon" } }), now)).toBe(3_000);
  });

  test("until a limit is full again", () => {
    const remaining = { from: { from: "header", name: "x-left" } } as const;
    const reset: WaitHeader = { from: inHeader, format: "duration", ...find("; (?<wait>.+)$") };
    const exchange = exchangeOf({ headers: { "x-left": "0", "x-wait": "a; 1m30s" } });
    const limit = bucket(40, 2, 1_000, { feedback: { remaining, reset } });
    expect(limitFeedback(limit, limit, exchange, now)).toEqual({
      remaining: 0,
      reset: 90_000,
    });
  });
});
