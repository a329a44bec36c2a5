/** Real documents: nothing is told of a document and itself; what providers changed is told. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diffDocuments } from "../../../generator/drift/diff-documents.ts";
import { irSha256 } from "../../../generator/drift/ir-sha256.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import type { ApiDocument } from "../../../generator/model.ts";

const folder = join(import.meta.dirname, "../../../../shared/real-specs");
const present = existsSync(folder);
if (!present)
  console.log("skipped: test/generator/drift/real-pairs.test.ts needs the documents in ../shared/real-specs");
const isLong = process.env["COUPLET_LONG"] === "1";

/** Small ones always, all with `--long`. `findings` by severity, breaking first, as counted when they were read by a person. */
const pairs: readonly (readonly [base: string, revision: string, breaking: number, risky: number])[] = [
  ["twilio-messaging/2.6.4", "twilio-messaging/2.6.5", 7, 0],
  ["square/2024-12-18", "square/2025-01-23", 7, 4],
  ["commercetools-import/2026-06-26", "commercetools-import/2026-08-20", 0, 0],
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
  for (const [base, revision, breaking, risky] of pairs) {
    test(`${base} -> ${revision}`, async () => {
      const found = diffDocuments(await load(base), await load(revision));
      const count = (severity: string): number => found.filter((one) => one.severity === severity).length;
      expect([count("breaking"), count("risky")]).toEqual([breaking, risky]);
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
        expect(irSha256(copy)).toBe(irSha256(document));
        const next = documents[index + 1];
        if (!next) continue;
        const found = diffDocuments(document, next);
        expect(found.length > 0).toBe(irSha256(document) !== irSha256(next));
        expect(found.map(({ rule }) => rule)).not.toContain("unknown-change");
        expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(found.length);
      }
    });
  }
});
