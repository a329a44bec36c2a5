import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { policyText } from "../../../generator/infer/policy-text.ts";
import { inferPolicy } from "../../../generator/infer/starter-policy.ts";
import { activeData, block, blockItem, item, leaf, listOf, settle } from "../../../generator/infer/suggestion.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import { accept, errorsOf, infer, withList } from "./infer-harness.ts";

const folder = join(import.meta.dirname, "fixtures");
const version = "2026-07-01";
const wanted = readFileSync(join(folder, "shop.policy.yaml"), "utf8");
const shop = await loadDocument("shop.openapi.yaml", { cwd: folder });

test("the first policy of a small document, to the letter", () => {
  const { text, counts } = inferPolicy(shop, "shop", version);
  expect(text).toBe(wanted);
  expect(counts).toEqual({ schemes: 1, paginated: 1, paginationOpen: 1, suggestions: 5 });
});

test("it lints and plans without errors, and does what it says", async () => {
  expect(await errorsOf(wanted, shop, version)).toEqual([]);
  expect(parse(wanted)).toMatchObject({
    servers: { production: { default: true } },
    versions: { [version]: { pin: { value: version } } },
    auth: { scheme: "key" },
    rules: [{ pagination: { use: "cursor" } }],
  });
  expect(wanted).not.toContain("sk_live");
});

/** Each suggestion is written so that taking `# ` away makes it true at its place. */
test.each<[string, readonly string[], object]>([
  ["a page size", ["pageSize:"], { paginators: { cursor: { pageSize: { default: 250 } } } }],
  ["pages", ["page:", "- match:"], { rules: [{}, { pagination: { use: "page" } }] }],
  [
    "pages and an idempotency key",
    ["page:", "- match:", "- match:"],
    { rules: [{}, {}, { idempotency: { class: "keyed", key: { name: "Idempotency-Key", maxLength: 64 } } }] },
  ],
  [
    "a rate limit with its feedback, and another tool's backoff",
    ["rateLimits:", "defaults:"],
    {
      defaults: { limitedBy: ["account"], retry: { backoff: { initial: "500ms", max: "1m", multiplier: 1.5 } } },
      rateLimits: { account: { limit: { amount: 5, per: "1s" }, feedback: { reset: { format: "delaySeconds" } } } },
    },
  ],
])("accepting %s", async (_, suggestions, data) => {
  const text = suggestions.reduce(accept, wanted);
  expect(parse(text)).toMatchObject(data);
  expect(await errorsOf(text, shop, version)).toEqual([]);
});

test("a document that says nothing gives two lines and templates", async () => {
  const { data, text, counts } = await infer({ openapi: "3.1.0", info: { title: "x", version: "1" }, paths: {} });
  expect(data).toEqual({ policy: "1.0", provider: "acme" });
  expect(parse(text)).toEqual(data);
  expect(text).toContain("# # the document declares no security scheme");
  expect(text).toContain("#   live: { url: https://api.example.com, default: true }");
  expect(counts).toEqual({ schemes: 0, paginated: 0, paginationOpen: 0, suggestions: 0 });
});

test("what looks like a secret is neither active nor readable", async () => {
  const secret = `ghp_${"a1B2c3D4e5F6g7H8".repeat(2)}`;
  const { text, data } = await infer(
    withList({}, { servers: [{ url: `https://api.acme.example/${secret}` }, { url: "https://two.acme.example" }] }),
  );
  expect(text).not.toContain(secret);
  expect(text).toContain("*".repeat(secret.length));
  expect(JSON.stringify(data)).not.toContain("*");
});

test("a rule whose selection cannot be written is a suggestion as a whole: without it, it would mean everything", () => {
  const secret = `ghp_${"a1B2c3D4e5F6g7H8".repeat(2)}`;
  const rule = blockItem([block("match", [listOf("operations", [item(secret)])]), leaf("retry", "none")]);
  const settled = settle([leaf("policy", "1.0"), listOf("rules", [rule])]);
  expect(activeData(settled)).toEqual({ policy: "1.0" });
  expect(policyText([], settled)).not.toContain(secret);
});
