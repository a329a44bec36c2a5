/** Real documents: nothing is told of a document and itself; what providers changed is told. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diffDocuments } from "../../../generator/drift/diff-documents.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import type { ApiDocument } from "../../../generator/model.ts";
import { comparedHash } from "./compared-hash.ts";

const folder = join(import.meta.dirname, "../../../../shared/real-specs");
const present = existsSync(folder);
if (!present)
  console.log("skipped: test/generator/drift/real-pairs.test.ts needs the documents in ../shared/real-specs");
const isLong = process.env["COUPLET_LONG"] === "1";

/** Breaking and risky findings as counted when they were reviewed (the longest by kinds of findings), and some that their changelogs tell of. */
type Pair = readonly [base: string, revision: string, breaking: number, risky: number, known: readonly string[]];

const small: readonly Pair[] = [
  [
    "twilio-messaging/2.6.4",
    "twilio-messaging/2.6.5",
    7,
    0,
    [
      "response-union-member-added messaging.v1.service.us_app_to_person may be messaging.v1.service.us_app_to_person_v2 too",
    ],
  ],
  ["square/2024-12-18", "square/2025-01-23", 7, 4, ["response-property-removed Customer.cards is gone"]],
  ["commercetools-import/2026-06-26", "commercetools-import/2026-08-20", 0, 0, []],
];

/** With `--long` only. The snapshots of sendgrid-v2 differ in texts alone. */
const large: readonly Pair[] = [
  [
    "adyen-checkout/v70",
    "adyen-checkout/v71",
    33,
    1,
    [
      "server-removed servers https://checkout-test.adyen.com/v70 is gone",
      "request-property-removed DonationPaymentRequest.mandate is gone",
    ],
  ],
  [
    "adyen-checkout/v71",
    "adyen-checkout/v72",
    14,
    12,
    ["request-property-became-required DirectDebitAuDetails.holderName is required"],
  ],
  ["amazon-catalog-items/2020-12-01", "amazon-catalog-items/2022-04-01", 25, 3, []],
  ["amazon-orders/2026-01-01", "amazon-orders/v0", 6, 0, ["operation-removed GET /orders/2026-01-01/orders is gone"]],
  ["box/2024.0", "box/2025.0", 296, 0, []],
  ["box/2025.0", "box/2026.0", 37, 0, []],
  ["digitalocean-multifile/2021-02-10", "digitalocean-multifile/2021-02-22", 7, 0, []],
  ["github-ghes/3.5", "github-ghes/3.6", 0, 0, []],
  [
    "klaviyo/2026-01-15",
    "klaviyo/2026-04-15",
    96,
    7,
    [
      "response-property-removed CollectionLinks.first is gone",
      'request-default-changed header revision has the default "2026-04-15" instead of "2026-01-15", in 304 operations',
    ],
  ],
  [
    "openai/2026-08-11",
    "openai/2026-08-21",
    20,
    1,
    ["request-property-removed ProjectCreateRequest.geography is gone"],
  ],
  [
    "paypal-orders/2023-08-23",
    "paypal-orders/2024-02-03",
    38,
    2,
    ["response-property-removed error_400.issues is gone"],
  ],
  ["sendgrid-v2/2021-08-26", "sendgrid-v2/2022-08-24", 0, 0, []],
  [
    "sendgrid-v3-multifile/2022-08-24",
    "sendgrid-v3-multifile/2023-06-26",
    30,
    1,
    ["operation-removed GET /v3/user/webhooks/event/settings is gone"],
  ],
  [
    "shipengine/1.20.10",
    "shipengine/1.21.11",
    2,
    2,
    ['request-enum-value-removed display_scheme no longer has the value "qr_code"'],
  ],
  [
    "stripe/2022-08-01",
    "stripe/2022-11-15",
    16,
    0,
    [
      "response-property-removed payment_intent.charges is gone",
      "response-became-nullable charge.refunds may be null",
      "operation-removed GET /v1/orders is gone",
    ],
  ],
  [
    "stripe/2022-11-15",
    "stripe/2023-08-16",
    36,
    3,
    [
      "response-property-removed setup_attempt_payment_method_details.blik is gone",
      "response-became-nullable checkout.session.success_url may be null",
    ],
  ],
];

function fileOf(version: string): string {
  const name = readdirSync(join(folder, version)).find((file) => /^openapi\.(json|yaml)$/.test(file));
  return `${version}/${name}`;
}

const loaded = new Map<string, Promise<ApiDocument>>();

function load(version: string): Promise<ApiDocument> {
  const known = loaded.get(version) ?? loadDocument(fileOf(version), { cwd: folder });
  loaded.set(version, known);
  return known;
}

/** Another document to the engine, the same to a reader. */
function copyOf(document: ApiDocument): ApiDocument {
  return { ...document, schemas: new Map([...document.schemas].reverse()), sha256: "another" };
}

describe.skipIf(!present)("pairs", () => {
  for (const [base, revision, breaking, risky, known] of isLong ? [...small, ...large] : small) {
    test(`${base} -> ${revision}`, { timeout: 120_000 }, async () => {
      const found = diffDocuments(await load(base), await load(revision));
      const count = (severity: string): number => found.filter((one) => one.severity === severity).length;
      expect([count("breaking"), count("risky")]).toEqual([breaking, risky]);
      expect(found.map(({ rule, message }) => `${rule} ${message}`)).toEqual(expect.arrayContaining([...known]));
      expect(diffDocuments(await load(base), copyOf(await load(base)))).toEqual([]);
      for (const { location, pointer } of found) {
        expect(Object.keys(location).sort()).toEqual(Object.keys(pointer).sort());
      }
    });
  }
});

describe.skipIf(!present || !isLong)("every document", () => {
  const sets = present ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
  for (const { name } of sets) {
    test(name, { timeout: 300_000 }, async () => {
      const versions = readdirSync(join(folder, name)).sort();
      const documents = [];
      for (const version of versions) documents.push(await loadDocument(fileOf(`${name}/${version}`), { cwd: folder }));
      for (const [index, document] of documents.entries()) {
        const copy = copyOf(document);
        expect(diffDocuments(document, copy)).toEqual([]);
        expect(comparedHash(copy)).toBe(comparedHash(document));
        const next = documents[index + 1];
        if (!next) continue;
        const found = diffDocuments(document, next);
        expect(found.length > 0).toBe(comparedHash(document) !== comparedHash(next));
        expect(found.map(({ rule }) => rule)).not.toContain("unknown-change");
        expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(found.length);
      }
    });
  }
});
