import { inspect } from "node:util";
import {
  ApiError,
  ConnectorError,
  InputValidationError,
  isApiError,
  isConnectorError,
  RateLimitError,
  ResponseValidationError,
  TimeoutError,
} from "@couplet/runtime";
import { expect, test } from "vitest";
import { apiErrorClass } from "../../runtime/errors.ts";
import { printable } from "../../runtime/printable.ts";

const context = { provider: "pay", version: "1", operation: "charges.get", effect: "none" } as const;
const api = new (apiErrorClass("RateLimitError"))("m", {
  ...context,
  name: "SlowDownError",
  base: "RateLimitError",
  status: 429,
  body: { secret: "b0dy" },
  headers: new Headers({ "x-key": "h3ader" }),
});

test("names and classes", () => {
  expect(api).toBeInstanceOf(RateLimitError);
  expect(api).toBeInstanceOf(ApiError);
  expect(api).toBeInstanceOf(ConnectorError);
  expect(api).toBeInstanceOf(Error);
  expect([
    isApiError(api),
    isApiError(api, "SlowDownError"),
    isApiError(api, "RateLimitError"),
    isApiError(api, "ServerError"),
  ]).toEqual([true, true, true, false]);
  const late = new TimeoutError("m", { ...context, code: "deadline" });
  expect([isConnectorError(late, "TimeoutError"), isConnectorError(late, "NetworkError"), isApiError(late)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("guards work across copies of the package, and not for lookalikes", async () => {
  const path = "../../runtime/errors.ts?copy";
  const copy = (await import(/* @vite-ignore */ path)) as typeof import("../../runtime/errors.ts");
  const other = new copy.TimeoutError("m", { ...context, code: "attempt" });
  expect(other).not.toBeInstanceOf(TimeoutError);
  expect(isConnectorError(other, "TimeoutError")).toBe(true);
  for (const not of [null, undefined, "x", new Error("x"), { name: "TimeoutError" }, Object.create(api)])
    expect(isConnectorError(not)).toBe(false);
});

test("neither JSON nor a log line shows bodies, headers or values", () => {
  const invalid = new ResponseValidationError("m", { ...context, issues: [], status: 200, value: "v4lue" });
  for (const error of [api, invalid]) {
    const shown = JSON.stringify(error) + inspect(error, { depth: 9 }) + String(error);
    expect(shown).not.toMatch(/b0dy|h3ader|v4lue/);
  }
  expect(JSON.parse(JSON.stringify(api))).toEqual({
    ...context,
    name: "SlowDownError",
    message: "m",
    base: "RateLimitError",
    status: 429,
    attempts: 0,
  });
  expect([api.body, api.headers.get("x-key"), invalid.value]).toEqual([{ secret: "b0dy" }, "h3ader", "v4lue"]);
});

test("what is absent is absent", () => {
  const error = new InputValidationError("m", { ...context, issues: [], code: undefined, retryAt: undefined });
  expect(Object.keys(error).sort()).toEqual([
    "attempts",
    "effect",
    "issues",
    "name",
    "operation",
    "provider",
    "version",
  ]);
});

test.each([
  ["plain text", "plain text"],
  ["a\r\nb\u001b[31m", "a\\u{d}\\u{a}b\\u{1b}[31m"],
  ["\u202eevil\u200b", "\\u{202e}evil\\u{200b}"],
  ["\ud800x", "\\u{d800}x"],
  ["é😀", "é😀"],
])("printable %j", (text, wanted) => {
  expect(printable(text)).toBe(wanted);
});

test("long text is cut", () => {
  expect(printable("x".repeat(400))).toBe(`${"x".repeat(300)}…`);
});
