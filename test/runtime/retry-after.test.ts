import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Pointer, WaitFormat, WaitHeader } from "../../runtime/descriptor.ts";
import { parseHttpDate, readWait } from "../../runtime/retry-after.ts";
import { waitRule } from "../../runtime/wait-rule.ts";
import { exchangeOf } from "./policy-fixture.ts";

const now = Date.UTC(2026, 10, 22, 12, 0, 0);

/** As the generator writes it. */
const waitIn = (from: Pointer, format: WaitFormat): WaitHeader =>
  format === "delaySeconds" || format === "delaySecondsOrHttpDate" ? { from, format } : { from, format, use: waitRule };
const read = (format: WaitFormat, value: string, headers: Record<string, string> = {}) =>
  readWait(
    [waitIn({ from: "header", name: "x-wait" }, format)],
    exchangeOf({ headers: { "x-wait": value, ...headers } }),
    now,
  );

test.each<[WaitFormat, string, number | undefined]>([
  ["delaySeconds", "2", 2_000],
  ["delaySeconds", "2.0", 2_000],
  ["delaySeconds", " 58.37 ", 58_370],
  ["delaySeconds", "4.07", 4_070],
  ["delaySeconds", "0", 0],
  ["delaySeconds", "-1", undefined],
  ["delaySeconds", "1e3", undefined],
  ["delaySeconds", "NaN", undefined],
  ["delaySeconds", "Infinity", undefined],
  ["delaySeconds", "", undefined],
  ["delaySeconds", "9".repeat(400), undefined],
  ["delaySeconds", "1795348800", undefined],
  ["delaySeconds", "1, 2", undefined],
  ["delayMilliseconds", "1500", 1_500],
  ["epochSeconds", String(now / 1_000 + 5), 5_000],
  ["epochSeconds", String(now / 1_000 - 5), 0],
  ["epochMilliseconds", String(now + 250), 250],
  ["httpDate", "Sun, 22 Nov 2026 12:00:07 GMT", 7_000],
  ["httpDate", "Sunday, 22-Nov-26 12:00:07 GMT", 7_000],
  ["httpDate", "Sun Nov 22 12:00:07 2026", 7_000],
  ["httpDate", "Sun, 22 Nov 2026 11:00:00 GMT", 0],
  ["httpDate", "Sun, 31 Feb 2027 11:00:00 GMT", undefined],
  ["httpDate", "Sun, 22 Nov 2026 25:00:00 GMT", undefined],
  ["httpDate", "Sun, 22 Nov 2026 12:60:00 GMT", undefined],
  ["httpDate", "Thu, 31 Dec 2026 23:59:60 GMT", Date.UTC(2027, 0, 1) - now],
  ["httpDate", "Sun, 22 Nov 2026 12:00:61 GMT", undefined],
  ["httpDate", "Sun, 22 Nox 2026 12:00:07 GMT", undefined],
  ["httpDate", "Sunday, 22-Nov-70 12:00:07 GMT", 0],
  ["httpDate", "Tue Dec  1 12:00:07 2026", 9 * 86_400_000 + 7_000],
  ["httpDate", "tomorrow", undefined],
  ["httpDate", "5", undefined],
  ["iso8601", "2026-11-22T12:00:03Z", 3_000],
  ["iso8601", "2026-11-22T13:00:03+01:00", 3_000],
  ["iso8601", "2026-11-22T13:00:03.250000+0100", 3_250],
  ["iso8601", "2026-11-22 12:00:03", 3_000],
  ["iso8601", "2026-11-22", undefined],
  ["delaySecondsOrHttpDate", "3", 3_000],
  ["delaySecondsOrHttpDate", "Sun, 22 Nov 2026 12:00:07 GMT", 7_000],
  ["delaySecondsOrHttpDate", "soon", undefined],
])("%s %j", (format, value, want) => {
  expect(read(format, value)).toBe(want);
});

describe("readWait", () => {
  test("measures moments against the server's own clock", () => {
    const date = "Sun, 22 Nov 2026 11:50:00 GMT";
    expect(read("httpDate", "Sun, 22 Nov 2026 11:50:09 GMT", { date })).toBe(9_000);
    expect(read("epochSeconds", String(Date.UTC(2026, 10, 22, 11, 50, 9) / 1_000), { date })).toBe(9_000);
  });

  test("does not trust the Date of a cached answer", () => {
    const headers = { date: "Sun, 22 Nov 2026 11:50:00 GMT", age: "600" };
    expect(read("httpDate", "Sun, 22 Nov 2026 12:00:09 GMT", headers)).toBe(9_000);
  });

  test("takes the first rule that is readable", () => {
    const exchange = exchangeOf({
      headers: { "ratelimit-reset": "1", "x-ratelimit-reset": String(now / 1_000 + 60) },
      body: { retryAfter: 4 },
    });
    const short = { from: { from: "header", name: "ratelimit-reset" }, format: "delaySeconds" } as const;
    const long = waitIn({ from: "header", name: "x-ratelimit-reset" }, "epochSeconds");
    const absent = { from: { from: "header", name: "retry-after" }, format: "delaySeconds" } as const;
    const body = { from: { from: "body", path: ["retryAfter"] }, format: "delaySeconds" } as const;
    expect(readWait([absent, short, long], exchange, now)).toBe(1_000);
    expect(readWait([long, short], exchange, now)).toBe(60_000);
    expect(readWait([absent, body], exchange, now)).toBe(4_000);
    expect(readWait([absent], exchange, now)).toBeUndefined();
    expect(readWait([], exchange, now)).toBeUndefined();
  });

  test("whatever a server writes, the result is a wait or nothing", () => {
    const formats: WaitFormat[] = [
      "delaySeconds",
      "delayMilliseconds",
      "epochSeconds",
      "epochMilliseconds",
      "httpDate",
      "iso8601",
      "delaySecondsOrHttpDate",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...formats), fc.anything(), (format, value) => {
        const wait = readWait([waitIn({ from: "body", path: [] }, format)], exchangeOf({ body: value }), now);
        expect(wait === undefined || (Number.isFinite(wait) && wait >= 0)).toBe(true);
      }),
    );
  });
});

test("parseHttpDate reads back what a server would write", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date(Date.UTC(2069, 11, 31)), noInvalidDate: true }), (date) => {
      const second = Math.floor(date.getTime() / 1_000) * 1_000;
      expect(parseHttpDate(new Date(second).toUTCString())).toBe(second);
    }),
  );
});
