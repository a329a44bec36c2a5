import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import type { Finding } from "../../../../generator/drift/finding.ts";
import { type Consumer, findImpact, openConsumer } from "../../../../generator/drift/usage/impact.ts";
import { parseLock } from "../../../../generator/lock.ts";
import { loadProject } from "../../../../generator/project.ts";
import { buildRevisedClient } from "../../../../generator/revised-client.ts";
import { projectRoot } from "../../explain/run-in-project.ts";
import { findingOf } from "./finding-of.ts";
import { markedLines, placeOfSite, sampleTsconfig } from "./sample-consumer.ts";

let consumer: Consumer;
beforeAll(() => {
  consumer = openConsumer(sampleTsconfig);
}, 60_000);

async function filesOf(provider: string, version: string): Promise<ReadonlyMap<string, string>> {
  const workspace = await loadProject(projectRoot);
  const sources = workspace.providers.find((one) => one.provider === provider)!;
  const lock = parseLock("couplet.lock.json", readFileSync(`${projectRoot}/couplet.lock.json`, "utf8"));
  return (await buildRevisedClient(workspace, sources, { version }, lock)).files;
}

const schemas = "/components/schemas";
const removed = findingOf({
  rule: "response-property-removed",
  pointer: { base: `${schemas}/PaymentIntent/properties/charges`, revision: `${schemas}/PaymentIntent` },
});
const nullable = findingOf({
  rule: "response-property-became-nullable",
  pointer: { base: `${schemas}/Charge/properties/refunds`, revision: `${schemas}/Charge/properties/refunds` },
});
const added = findingOf({
  rule: "response-property-added",
  severity: "safe",
  pointer: { base: `${schemas}/PaymentIntent`, revision: `${schemas}/PaymentIntent/properties/latest_charge` },
});
const included = findingOf({
  rule: "response-property-added",
  severity: "safe",
  pointer: { base: `${schemas}/Order`, revision: `${schemas}/Order/properties/duties_included` },
});
const entity = findingOf({
  rule: "response-property-added",
  severity: "safe",
  pointer: { base: `${schemas}/Order`, revision: `${schemas}/Order/properties/merchant_business_entity_id` },
});

function marked(field: string): string[] {
  return markedLines()
    .flatMap((one) => (one.field === field ? [one.place] : []))
    .sort(inNumbers);
}

const inNumbers = new Intl.Collator("en", { numeric: true }).compare;

function told(finding: Finding): string[] {
  return [...new Set((finding.usage?.sites ?? []).map(placeOfSite))].sort(inNumbers);
}

test("stripe 2022-08-01 -> 2022-11-15: exactly the lines that break are marked", async () => {
  const files = await filesOf("stripe", "2022-11-15");
  const change = { provider: "stripe", version: "2022-08-01", files, findings: [removed, nullable, added] };
  const [charges, refunds, latest, ...others] = findImpact(consumer, change);
  expect(others).toEqual([]);
  expect(charges?.usage?.confidence).toBe("proven");
  expect(told(charges!)).toEqual(marked("charges"));
  expect(refunds?.usage?.confidence).toBe("proven");
  expect(told(refunds!)).toEqual(marked("refunds"));
  expect(latest).toMatchObject({ severity: "safe", usage: { confidence: "unused", sites: [] } });
});

test("shopify 2026-04 -> 2026-07: a safe addition that the type check refuses is breaking", async () => {
  const files = await filesOf("shopify", "2026-07");
  const change = { provider: "shopify", version: "2026-04", files, findings: [included, entity] };
  const [duties, business, ...others] = findImpact(consumer, change);
  expect(others).toEqual([]);
  expect(duties).toMatchObject({ severity: "breaking", usage: { confidence: "proven" } });
  expect(told(duties!)).toEqual(marked("duties_included"));
  expect(business).toMatchObject({ severity: "safe", usage: { confidence: "unused" } });
});
