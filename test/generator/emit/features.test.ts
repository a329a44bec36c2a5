import type { Parameter } from "@couplet/runtime/codegen/v1";
import { expect, test } from "vitest";
import { connectorFeatures, operationFeatures } from "../../../generator/emit/features.ts";
import { feature, featureName, type VersionPlan } from "../../../generator/model.ts";
import { fixturePlan } from "./fixture-plan.ts";

const deep = { name: "d", in: "query", style: "deepObject", explode: true } as const;

test.each<[string, readonly Parameter[], object]>([
  ["plain values", (["path", "query", "header", "cookie"] as const).map((place) => ({ name: "a", in: place })), {}],
  ["brackets and plain values", [deep, { name: "p", in: "query" }], { query: "deepQueryText" }],
  ["brackets and a list", [deep, { name: "l", in: "query", style: "form" }], { query: "queryText" }],
  [
    "reserved characters",
    [deep, { name: "r", in: "query", style: "form", allowReserved: true }],
    { query: "reservedQueryText" },
  ],
  ["a list in a path", [{ name: "l", in: "path", required: true, style: "simple" }], { path: "styledPathText" }],
  ["a list in a header", [{ name: "l", in: "header", style: "simple" }], { header: "headerText" }],
  ["a raw cookie", [{ name: "c", in: "cookie", style: "cookie" }], { cookie: "cookieText" }],
])("%s need", (_, parameters, wanted) => {
  const write = Object.fromEntries(Object.entries(wanted).map(([place, name]) => [place, feature(name)]));
  expect(operationFeatures({ parameters })).toEqual(Object.keys(write).length === 0 ? {} : { write });
});

test("a body needs its writer, several media types one that chooses", () => {
  const body = { contentType: "application/json", encode: feature("jsonBody") };
  expect(operationFeatures({ body })).toEqual({ write: { body: feature("requestBody") } });
  expect(operationFeatures({ body, bodies: [body] })).toEqual({ write: { body: feature("chosenRequestBody") } });
});

const plan = fixturePlan();
const concurrency = { max: 10, per: ["credential"], queue: 1_000 } as const;

test.each<[string, Partial<VersionPlan["connector"]>, typeof concurrency | undefined, string | undefined]>([
  ["rate limits bring the others", {}, concurrency, "rateLimits"],
  ["rate limits alone", {}, undefined, "rateLimits"],
  ["calls at the same time alone", { rateLimits: {} }, concurrency, "concurrencyLimits"],
  ["nothing bounds the calls", { rateLimits: {} }, undefined, undefined],
])("limits: %s", (_, changes, of, wanted) => {
  const policies = plan.policies.map(({ name, policy: { concurrency: _own, ...policy } }) => ({
    name,
    policy: of === undefined ? policy : { ...policy, concurrency: of },
  }));
  const connector = { ...plan.connector, ...changes };
  const { limits } = connectorFeatures({ ...plan, connector, policies }) as { limits?: unknown };
  expect(featureName(limits)).toBe(wanted);
});
