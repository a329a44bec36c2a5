import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadDocument } from "../../../generator/load/document.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { policyOf } from "./harness.ts";

const folder = { cwd: `${dirname(fileURLToPath(import.meta.url))}/../../conformance` };
const document = await loadDocument("linked.openapi.yaml", folder);

const key = { in: "body", name: "messageId", generate: "uuid4", maxLength: 64 } as const;
const natural = { field: "messageId", duplicate: "$statusCode == 409" } as const;

test.each<[string, object, true | undefined]>([
  ["a key in each item", { class: "keyed", key }, true],
  // It speaks of one request.
  ["a key in a header", { class: "keyed", key: { ...key, in: "header" } }, undefined],
  // The caller may leave it out, and an item that is there already would be refused as if it had never come.
  ["a reference of the caller's in each item", { class: "keyed", natural }, undefined],
  ["nothing", { class: "unsafe" }, undefined],
])("with %s a batch may be sent again: %j, %s", async (_, idempotency, repeatable) => {
  const batch = {
    operation: "trackEvents",
    items: "$request.body#/batch",
    constants: { type: "track" },
    perItemResults: "$response.body#/results",
  };
  const operations = { trackEvent: { idempotency: { ...idempotency, retention: "24h" }, batch } };
  const policy = await policyOf(JSON.stringify({ policy: "1.0", provider: "linked", operations }));
  const { key: name } = document.operations.find(({ operationId }) => operationId === "trackEvent")!;
  const planned = planPolicy(policy, document, "1").operations.get(name);
  expect(planned?.batch).toBeDefined();
  expect(planned?.batch?.repeatable).toBe(repeatable);
});
