import { describe, expect, it } from "vitest";
import type { SpecOperation } from "../../../generator/model.ts";
import { planOperationNames } from "../../../generator/plan/operation-names.ts";
import { documentOf, operationOf, policyOf } from "./documents.ts";

function namesOf(
  operations: readonly SpecOperation[],
  pinned: Record<string, string> = {},
  fixed: Record<string, string> = {},
) {
  const document = documentOf(operations);
  const names = planOperationNames(
    document,
    policyOf(document, { operations: fixed }),
    new Map(Object.entries(pinned)),
  );
  return Object.fromEntries([...names].map(([key, { namespace, method }]) => [key, `${namespace}.${method}`]));
}

describe("planOperationNames", () => {
  it.each<[Partial<SpecOperation> & { key: string }, string]>([
    [{ key: "listCharges", tags: ["Charges"] }, "charges.list"],
    [{ key: "createPaymentIntent", tags: ["Payment Intents"] }, "paymentIntents.create"],
    [{ key: "repos/get", tags: ["repos"] }, "repos.get"],
    [{ key: "listLists", tags: ["Lists"] }, "lists.list"],
    [{ key: "GetChargesCharge", tags: ["Charges"] }, "charges.getCharge"],
    [{ key: "issues/list-for-repo", tags: ["issues"] }, "issues.listForRepo"],
    [{ key: "PostChargesChargeCapture", path: "/v1/charges/{charge}/capture" }, "charges.postChargeCapture"],
    [{ key: "orders", path: "/admin/api/{api_version}/orders.json", tags: ["Orders"] }, "orders.orders"],
    [{ key: "then", tags: ["then"] }, "then_.then_"],
    [{ key: "支付", tags: ["支付"] }, expect.stringMatching(/^x[0-9a-f]{6}\.x[0-9a-f]{6}$/) as unknown as string],
  ])("%j", ({ key, ...more }, want) => expect(namesOf([operationOf(key, more)])[key]).toEqual(want));

  it("names an operation without operationId by method and path", () => {
    const { operationId: _, ...operation } = operationOf("GET /v1/things/{id}", { path: "/v1/things/{id}" });
    expect(Object.values(namesOf([operation]))).toEqual(["things.get"]);
  });

  it("settles a clash by the full operationId, in any order", () => {
    const [one, all] = [
      operationOf("get_profile", { tags: ["Profiles"] }),
      operationOf("get_profiles", { tags: ["Profiles"] }),
    ];
    const want = { get_profile: "profiles.getProfile", get_profiles: "profiles.getProfiles" };
    expect(namesOf([one, all])).toEqual(want);
    expect(namesOf([all, one])).toEqual(want);
  });

  it("gives a name that the policy and the lock promise to two operations to the policy's, in any order", () => {
    const [a, b] = [operationOf("a", { tags: ["T"] }), operationOf("b", { tags: ["T"] })];
    const want = { a: "x.get", b: "t.b" };
    expect(namesOf([a, b], { b: "x.get" }, { a: "x.get" })).toEqual(want);
    expect(namesOf([b, a], { b: "x.get" }, { a: "x.get" })).toEqual(want);
  });

  it("keeps what the lock pins when a rival appears, and lets the policy overrule both", () => {
    const operations = [
      operationOf("get_profile", { tags: ["Profiles"] }),
      operationOf("get_profiles", { tags: ["Profiles"] }),
    ];
    expect(namesOf(operations, { get_profiles: "profiles.get" })).toMatchObject({ get_profiles: "profiles.get" });
    expect(namesOf(operations, { get_profiles: "profiles.get" }, { get_profiles: "people.list" })).toMatchObject({
      get_profiles: "people.list",
    });
  });
});
