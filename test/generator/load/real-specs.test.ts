import { existsSync } from "node:fs";
import { join } from "node:path";
import SwaggerParser from "@apidevtools/swagger-parser";
import { expect, test } from "vitest";
import { loadDocument } from "../../../generator/load/document.ts";
import type { JsonValue } from "../../../generator/load/json-tree.ts";
import { isMap } from "../../../generator/load/json-tree.ts";

const folder = join(import.meta.dirname, "../../../../shared/real-specs");
const present = existsSync(folder);
if (!present)
  console.log("skipped: test/generator/load/real-specs.test.ts needs the documents in ../shared/real-specs");

/** References of a bundle, examples and other data left out. */
function references(root: unknown): string[] {
  const found: string[] = [];
  const stack: unknown[] = [root];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (Array.isArray(value)) stack.push(...value.filter((item) => typeof item === "object" && item !== null));
    if (!isMap(value)) continue;
    for (const [key, member] of Object.entries(value)) {
      if (key === "$ref" && typeof member === "string") found.push(member);
      else if (!/^(examples?|default|enum|x-.*)$/.test(key) && typeof member === "object" && member !== null)
        stack.push(member);
    }
  }
  return found;
}

function at(root: JsonValue, reference: string): unknown {
  const tokens = reference.slice(2).split("/");
  return tokens.reduce<JsonValue | undefined>((value, token) => (isMap(value) ? value[token] : undefined), root);
}

/** Operations are the published counts of the documents. */
test.skipIf(!present).each<[string, number, number, string[]]>([
  ["shippo/2018-02-08/openapi.yaml", 70, 1, []],
  ["paypal-orders/2024-02-03/openapi.json", 8, 1, ["S013"]],
  ["adyen-checkout/v72/openapi.json", 28, 1, ["S032"]],
  ["amazon-orders/v0/openapi.json", 10, 1, []],
  ["digitalocean-multifile/2021-02-22/openapi.yaml", 218, 584, ["S013"]],
])("%s", async (file, operations, maxFiles, codes) => {
  const api = await loadDocument(file, { cwd: folder });
  expect(api.operations).toHaveLength(operations);
  expect(new Set(api.operations.map(({ key }) => key)).size).toBe(operations);
  expect([...new Set(api.diagnostics.map(({ code }) => code))]).toEqual(codes);
  expect(api.files.length).toBeGreaterThanOrEqual(maxFiles === 1 ? 1 : 500);
  expect(api.files.length).toBeLessThanOrEqual(maxFiles);
  const bundled = api.bundled as JsonValue;
  expect(references(bundled).filter((reference) => at(bundled, reference) === undefined)).toEqual([]);
  const named = references([...api.schemas.values()]).map((reference) =>
    reference.replace("#/components/schemas/", ""),
  );
  expect(named.filter((name) => !api.schemas.has(name))).toEqual([]);
  const options = { resolve: { external: false }, dereference: { excludedPathMatcher: () => true } };
  await SwaggerParser.validate("/", structuredClone(api.bundled) as never, options);
});
