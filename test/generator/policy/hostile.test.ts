import { beforeAll, expect, test } from "vitest";
import type { ApiDocument } from "../../../generator/model.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { hostilePolicies, largeDocument, largePolicy } from "../../bench/lint-inputs.ts";
import { documentOf, policyOf, told } from "./harness.ts";

let document: ApiDocument;
beforeAll(async () => {
  document = await documentOf(JSON.parse(largeDocument()));
}, 30_000);

test.each(hostilePolicies().map((one) => [one.what, one] as const))(
  "%s: refused with its place",
  async (_, { text, code, line, column }) => {
    const source = await policyOf(text);
    const plan = planPolicy(source, document, "1.0");
    const [first] = [...source.diagnostics, ...plan.diagnostics].filter((one) => one.severity === "error");
    expect(first).toMatchObject({ code, line, column });
    expect(first?.fix).toBeTruthy();
    expect(first!.message.length).toBeLessThan(700);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  },
  30_000,
);

test("2,000 lines over 500 operations are planned, and nothing is wrong with them", async () => {
  const text = largePolicy();
  expect(text.split("\n")).toHaveLength(2001);
  const source = await policyOf(text);
  const plan = planPolicy(source, document, "1.0");
  expect(plan.operations.size).toBe(500);
  expect(told([...source.diagnostics, ...plan.diagnostics])).toEqual([]);
}, 30_000);
