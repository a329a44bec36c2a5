/** What a connector names of the runtime, by what its policies need. */
import { expect, test } from "vitest";
import { connectorFeatures } from "../../../generator/emit/features.ts";
import { featureName, type VersionPlan } from "../../../generator/model.ts";
import { fixturePlan } from "./fixture-plan.ts";

const plan = fixturePlan();
const concurrency = { max: 10, per: ["credential"], queue: 1_000 } as const;
const policiesWith = (of: typeof concurrency | undefined): VersionPlan["policies"] =>
  plan.policies.map(({ name, policy: { concurrency: _, ...policy } }) => ({
    name,
    policy: of === undefined ? policy : { ...policy, concurrency: of },
  }));

test.each<[string, Partial<VersionPlan["connector"]>, typeof concurrency | undefined, string | undefined]>([
  ["rate limits bring the others", {}, concurrency, "rateLimits"],
  ["rate limits alone", {}, undefined, "rateLimits"],
  ["calls at the same time alone", { rateLimits: {} }, concurrency, "concurrencyLimits"],
  ["nothing bounds the calls", { rateLimits: {} }, undefined, undefined],
])("limits: %s", (_, changes, of, wanted) => {
  const connector = { ...plan.connector, ...changes };
  const { limits } = connectorFeatures({ ...plan, connector, policies: policiesWith(of) }) as { limits?: unknown };
  expect(featureName(limits)).toBe(wanted);
});
