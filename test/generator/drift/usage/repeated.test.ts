import { expect, test } from "vitest";
import type { Finding, Occurrence } from "../../../../generator/drift/finding.ts";
import { createCauses } from "../../../../generator/drift/usage/causes.ts";
import { createUsageIndex, type Touch } from "../../../../generator/drift/usage/usage-index.ts";
import { findingOf } from "./finding-of.ts";

const parameter = (name: string): string => `/paths/~1${name}/get/parameters/0`;
const occurrence = (name: string): Occurrence => ({
  operation: { key: name, method: "GET", path: `/${name}` },
  direction: "request",
  at: "query limit",
  pointer: { base: parameter(name), revision: parameter(name) },
});
/** One finding of a parameter that three operations write out, standing at the first. */
const repeated = (more: Partial<Finding>): Finding =>
  findingOf({
    rule: "parameter-removed",
    pointer: { base: parameter("a") },
    direction: "request",
    occurrences: ["a", "b", "c"].map(occurrence),
    ...more,
  });
const named = {
  operations: new Map(["a", "b", "c", "d"].map((name) => [name, `/paths/~1${name}/get`])),
  parameters: new Set(["a", "b", "c", "d"].map(parameter)),
};
const touches: readonly Touch[] = [
  { pointer: parameter("b"), how: "write" },
  { pointer: parameter("c"), how: "write" },
  { pointer: parameter("d"), how: "write" },
  { pointer: "/paths/~1c/get", how: "call" },
];

test("whoever gives the parameter to any of the operations meets it", () => {
  const { used } = createUsageIndex(touches, named).touching(repeated({}));
  expect(used.map(({ pointer }) => pointer)).toEqual([parameter("b"), parameter("c")]);
});

test("an error at any of the places is caused by it", () => {
  const finding = repeated({});
  const causes = createCauses([finding], named.operations);
  const site = { pointer: parameter("c"), how: "write" } as Parameters<typeof causes.best>[0][number];
  expect(causes.best([site], "'limit' does not exist")?.finding).toBe(finding);
  expect(causes.best([{ ...site, pointer: parameter("d") }], "'limit' does not exist")).toBeUndefined();
});
