/**
 * The first policies of the real documents beside the project; without them, a visible skip. COUPLET_LONG=1 reads all,
 * else the small ones.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { inferPolicy, type StarterPolicy } from "../../../generator/infer/starter-policy.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import { errorsOf } from "./infer-harness.ts";

const folder = join(import.meta.dirname, "../../../../shared/real-specs");
const present = existsSync(folder);
if (!present)
  console.log("skipped: test/generator/infer/real-documents.test.ts needs the documents in ../shared/real-specs");

const smallBytes = 300_000;

/** `set/version/openapi.yaml`, for all sets. */
function listDocuments(): string[] {
  const folders = (path: string): string[] =>
    readdirSync(join(folder, path), { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));
  return folders(".").flatMap((set) =>
    folders(set).flatMap((version) =>
      readdirSync(join(folder, set, version))
        .filter((name) => /^openapi\.(ya?ml|json)$/.test(name))
        .map((name) => `${set}/${version}/${name}`)
        .filter((file) => process.env["COUPLET_LONG"] === "1" || statSync(join(folder, file)).size < smallBytes),
    ),
  );
}

/** [schemes, paginated, open, suggestions], which a change of the inference must be able to explain. */
const wanted: Readonly<Record<string, readonly number[]>> = {
  "adyen-checkout/v70": [1, 0, 0, 1],
  "adyen-checkout/v71": [1, 0, 0, 1],
  "adyen-checkout/v72": [1, 0, 0, 1],
  "amazon-catalog-items/2020-12-01": [0, 1, 0, 1],
  "amazon-catalog-items/2022-04-01": [0, 1, 0, 1],
  "amazon-orders/2026-01-01": [0, 1, 0, 1],
  "amazon-orders/v0": [0, 3, 0, 1],
  "box/2024.0": [1, 47, 6, 0],
  "box/2025.0": [1, 10, 2, 0],
  "box/2026.0": [1, 1, 0, 0],
  "commercetools-import/2026-06-26": [1, 2, 0, 0],
  "commercetools-import/2026-08-20": [1, 2, 0, 0],
  "digitalocean-multifile/2021-02-10": [1, 37, 3, 3],
  "digitalocean-multifile/2021-02-22": [1, 37, 3, 3],
  "github-ghes/3.5": [0, 190, 4, 3],
  "github-ghes/3.6": [0, 191, 7, 3],
  "klaviyo/2026-01-15": [1, 98, 0, 1],
  "klaviyo/2026-04-15": [1, 99, 0, 1],
  "openai/2026-08-11": [2, 60, 1, 0],
  "openai/2026-08-21": [2, 60, 1, 0],
  "paypal-orders/2023-08-23": [1, 0, 0, 1],
  "paypal-orders/2024-02-03": [1, 0, 0, 1],
  "sendgrid-v2/2021-08-26": [1, 35, 9, 0],
  "sendgrid-v2/2022-08-24": [1, 35, 9, 0],
  "sendgrid-v3-multifile/2022-08-24": [1, 35, 9, 0],
  "sendgrid-v3-multifile/2023-06-26": [1, 35, 10, 0],
  "shipengine/1.20.10": [1, 6, 1, 0],
  "shipengine/1.21.11": [1, 6, 1, 0],
  "shippo/2018-02-08": [1, 11, 6, 0],
  "square/2024-12-18": [1, 45, 1, 6],
  "square/2025-01-23": [1, 45, 1, 6],
  "stripe/2022-08-01": [1, 107, 0, 0],
  "stripe/2022-11-15": [1, 104, 0, 0],
  "stripe/2023-08-16": [1, 107, 0, 0],
  "twilio-messaging/2.6.4": [1, 10, 0, 0],
  "twilio-messaging/2.6.5": [1, 10, 0, 0],
};

test.skipIf(!present)(
  "they lint without errors, and say as much as they did",
  async () => {
    const found: Record<string, readonly number[]> = {};
    for (const file of listDocuments()) {
      const document = await loadDocument(file, { cwd: folder });
      const policy: StarterPolicy = inferPolicy(document, "acme", "1");
      expect(parse(policy.text)).toEqual(JSON.parse(JSON.stringify(policy.data)));
      expect((await errorsOf(policy.text, document)).map(({ code, message }) => `${file} ${code} ${message}`)).toEqual(
        [],
      );
      const { schemes, paginated, paginationOpen, suggestions } = policy.counts;
      found[file.split("/").slice(0, 2).join("/")] = [schemes, paginated, paginationOpen, suggestions];
    }
    expect(wanted).toMatchObject(found);
    if (process.env["COUPLET_LONG"] === "1") expect(found).toEqual(wanted);
  },
  300_000,
);
