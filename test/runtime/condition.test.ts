import { expect, test } from "vitest";
import { conditionHolds } from "../../runtime/condition.ts";
import type { Condition, Pointer } from "../../runtime/descriptor.ts";
import { exchangeOf } from "./policy-fixture.ts";

const exchange = exchangeOf({
  status: 429,
  headers: { "x-count": "12", "x-retry": "true", "x-name": "b" },
  body: { error: { code: "lock_timeout", count: 3, text: "3", flag: false, none: null } },
});
const status: Pointer = { from: "status" };
const body = (...path: string[]): Pointer => ({ from: "body", path: ["error", ...path] });
const header = (name: string): Pointer => ({ from: "header", name });
type Compare = Extract<Condition, { right: unknown }>;
const is = (left: Pointer, op: Compare["op"], right: Compare["right"]): Condition => ({ op, left, right });

test.each<[string, Condition, boolean]>([
  ["status equals", is(status, "==", 429), true],
  ["status differs", is(status, "!=", 429), false],
  ["status range", is(status, ">=", 400), true],
  ["text equals", is(body("code"), "==", "lock_timeout"), true],
  ["a number in a header", is(header("x-count"), ">", 9), true],
  ["a boolean in a header", is(header("x-retry"), "==", true), true],
  ["a header as text", is(header("x-count"), "==", "12"), true],
  ["text in a body stays text", is(body("text"), "==", 3), false],
  ["text order", is(header("x-name"), "<", "c"), true],
  ["text against number has no order", is(body("code"), "<", 3), false],
  ["false is a value", is(body("flag"), "==", false), true],
  ["a null is null", is(body("none"), "==", null), true],
  ["a missing value is null", is(body("absent"), "==", null), true],
  ["a missing value is nothing else", is(body("absent"), "!=", "x"), true],
  ["a missing value has no order", is(body("absent"), "<", 1), false],
  ["a present value is not null", is(body("code"), "!=", null), true],
  ["no inherited values", is({ from: "body", path: ["constructor"] }, "==", null), true],
  ["matches", { op: "matches", left: body("code"), pattern: "^lock_" }, true],
  ["matches a number", { op: "matches", left: status, pattern: "^4[0-9]{2}$" }, true],
  ["matches not an object", { op: "matches", left: { from: "body", path: ["error"] }, pattern: "object" }, false],
  ["a pattern that does not compile", { op: "matches", left: body("code"), pattern: "(" }, false],
  ["and", { op: "&&", of: [is(status, "==", 429), is(body("code"), "==", "other")] }, false],
  ["or", { op: "||", of: [is(status, "==", 500), is(body("count"), "==", 3)] }, true],
  ["not", { op: "!", of: [is(status, "==", 429)] }, false],
])("%s", (_, condition, want) => {
  expect(conditionHolds(condition, exchange)).toBe(want);
});

test("a pattern sees the first 2,048 characters only", () => {
  const condition: Condition = { op: "matches", left: { from: "body", path: [] }, pattern: "needle" };
  expect(conditionHolds(condition, exchangeOf({ body: `${"x".repeat(2_000)}needle` }))).toBe(true);
  expect(conditionHolds(condition, exchangeOf({ body: `${"x".repeat(2_100)}needle` }))).toBe(false);
});
