import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { comparisonOptions } from "../../../../generator/drift/comparison-options.ts";
import { diffDocuments } from "../../../../generator/drift/diff-documents.ts";
import type { Finding } from "../../../../generator/drift/finding.ts";
import { type Change, type Consumer, findImpact, openConsumer } from "../../../../generator/drift/usage/impact.ts";
import { parseLock } from "../../../../generator/lock.ts";
import { loadProject } from "../../../../generator/project.ts";
import { buildRevisedClient, readPinned } from "../../../../generator/revised-client.ts";
import { projectRoot } from "../../explain/run-in-project.ts";
import { findingOf } from "./finding-of.ts";
import { markedLines, placeOfSite, sampleTsconfig } from "./sample-consumer.ts";

let consumer: Consumer;
beforeAll(() => {
  consumer = openConsumer(sampleTsconfig);
}, 60_000);

async function changeOf(provider: string, version: string, to: string): Promise<Change> {
  const workspace = await loadProject(projectRoot);
  const sources = workspace.providers.find((one) => one.provider === provider)!;
  const lock = parseLock("couplet.lock.json", readFileSync(`${projectRoot}/couplet.lock.json`, "utf8"));
  const base = await readPinned(workspace, sources, version);
  const { document, files } = await buildRevisedClient(workspace, sources, { version: to }, lock);
  const policy = sources.policy!;
  const options = await comparisonOptions(
    { document: base, pinned: { provider, version }, policy },
    { document, pinned: { provider, version: to }, policy },
    projectRoot,
  );
  return { provider, version, files, findings: diffDocuments(base, document, options) };
}

const inNumbers = new Intl.Collator("en", { numeric: true }).compare;

function marked(field: string): string[] {
  return markedLines()
    .flatMap((one) => (one.field === field ? [one.place] : []))
    .sort(inNumbers);
}

function told(finding: Finding | undefined): string[] {
  return [...new Set((finding?.usage?.sites ?? []).map(placeOfSite))].sort(inNumbers);
}

/** Findings by the last name of what they are about. */
function byName(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  return new Map(
    findings.map((finding) => {
      const { base = "", revision = "" } = finding.pointer;
      const longer = base.length >= revision.length ? base : revision;
      return [longer.slice(longer.lastIndexOf("/") + 1), finding];
    }),
  );
}

function broken(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ usage }) => usage?.confidence === "proven" || usage?.confidence === "used")
    .flatMap(told)
    .sort(inNumbers);
}

describe("the sample consumer", { timeout: 60_000 }, () => {
  test("stripe 2022-08-01 -> 2022-11-15: exactly the lines that break are marked", async () => {
    const findings = findImpact(consumer, await changeOf("stripe", "2022-08-01", "2022-11-15"));
    const named = byName(findings);
    expect(named.get("charges")).toMatchObject({ severity: "breaking", usage: { confidence: "proven" } });
    expect(told(named.get("charges"))).toEqual(marked("charges"));
    expect(named.get("refunds")).toMatchObject({ severity: "breaking", usage: { confidence: "proven" } });
    expect(told(named.get("refunds"))).toEqual(marked("refunds"));
    expect(named.get("latest_charge")).toMatchObject({ severity: "safe", usage: { confidence: "unused", sites: [] } });
    expect(broken(findings)).toEqual([...marked("charges"), ...marked("refunds")].sort(inNumbers));
  });

  test("shopify 2026-04 -> 2026-07: a safe addition that the type check refuses is breaking", async () => {
    const findings = findImpact(consumer, await changeOf("shopify", "2026-04", "2026-07"));
    const named = byName(findings);
    expect(named.get("duties_included")).toMatchObject({ severity: "breaking", usage: { confidence: "proven" } });
    expect(named.get("duties_included")?.fix).not.toContain("nothing");
    expect(named.get("merchant_business_entity_id")).toMatchObject({
      severity: "safe",
      usage: { confidence: "unused" },
    });
    expect(broken(findings)).toEqual(marked("duties_included"));
  });

  test("an error that no change of the document explains is a finding of the surface", async () => {
    const change = await changeOf("stripe", "2022-08-01", "2022-11-15");
    const gone = new Map([...change.files].filter(([path]) => path !== "refunds.ts"));
    const findings = findImpact(consumer, { ...change, files: gone, findings: [] });
    const surface = findings.filter(({ rule }) => rule === "type-check-fails");
    expect(surface.flatMap(told)).toContain("pay.ts:3");
    expect(surface[0]).toMatchObject({ kind: "surface", provider: "stripe", apiVersion: "2022-08-01" });
    // Another error, another finding: approvals are given one by one.
    expect(new Set(surface.map(({ fingerprint }) => fingerprint)).size).toBe(surface.length);
  });

  test("the same client again proves nothing, and what is used is told all the same", async () => {
    const { files } = await changeOf("stripe", "2022-08-01", "2022-08-01");
    const schemas = "/components/schemas";
    const rows = [
      ["read", "/PaymentIntent/properties/client_secret", "used"],
      ["nowhere", "/Customer/properties/balance", "possible"],
      ["nowhere, and not in what escapes", "/CustomerSearchResult/properties/total_count", "unused"],
      ["written", "/PaymentIntentCreateParams/properties/currency", "used"],
      ["optional and not written", "/PaymentIntentCreateParams/properties/return_url", "unused"],
    ] as const;
    const findings = rows.map(([, base]) =>
      findingOf({ rule: "response-type-changed", pointer: { base: schemas + base, revision: schemas + base } }),
    );
    const found = findImpact(consumer, { provider: "stripe", version: "2022-08-01", files, findings });
    expect(found.map((one, index) => [rows[index]![0], rows[index]![1], one.usage?.confidence])).toEqual(rows);
  });
});
