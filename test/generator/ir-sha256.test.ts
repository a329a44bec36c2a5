import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { diffDocuments } from "../../generator/drift/diff-documents.ts";
import { irSha256 } from "../../generator/ir-sha256.ts";
import { loadDocument } from "../../generator/load/document.ts";
import type { ApiDocument } from "../../generator/model.ts";
import { runs } from "../runs.ts";
import { projectRoot } from "./explain/run-in-project.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

let folder: string;
let base: ApiDocument;
const source = parse(readFileSync(join(projectRoot, "specs/stripe/2022-11-15/openapi.yaml"), "utf8")) as Json;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "couplet-ir-"));
  base = await load(source);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function load(document: Json): Promise<ApiDocument> {
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(document));
  return loadDocument("openapi.json", { cwd: folder });
}
/** The document with one text replaced. */
const edited = (from: RegExp, to: string): Json => {
  const text = JSON.stringify(source);
  const other = text.replace(from, to);
  expect(other).not.toBe(text);
  return JSON.parse(other) as Json;
};

/** Maps in another order, and lists of `required` and `enum` too. */
function shuffled(value: Json, random: () => number, key = ""): Json {
  if (typeof value !== "object" || value === null) return value;
  const mixed = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => [random(), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  if (Array.isArray(value)) {
    const items = value.map((item) => shuffled(item, random));
    return ["required", "enum", "anyOf", "parameters", "security"].includes(key) ? mixed(items) : items;
  }
  return Object.fromEntries(
    mixed(Object.entries(value)).map(([name, member]) => [name, shuffled(member, random, name)]),
  );
}

describe("the hash of what a document says", () => {
  it("does not depend on order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        let state = seed >>> 0;
        const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
        expect(irSha256(await load(shuffled(source, random)))).toBe(irSha256(base));
      }),
      { numRuns: runs(3) },
    );
  });

  it.each<[string, RegExp, string]>([
    ["a description", /"description":"[^"]*"/, '"description":"other"'],
    ["a summary", /"summary":"[^"]*"/, '"summary":"other"'],
    ["the title", /"title":"[^"]*"/, '"title":"other"'],
    ["a code sample", /"operationId":"listCharges"/, '"operationId":"listCharges","x-codeSamples":[{"lang":"c"}]'],
  ])("does not depend on %s", async (_, from, to) => {
    const other = await load(edited(from, to));
    expect(irSha256(other)).toBe(irSha256(base));
    expect(diffDocuments(base, other)).toEqual([]);
  });

  it.each<[string, RegExp, string]>([
    ["a property", /"amount":\{/, '"amount2":{'],
    ["a type", /"type":"integer"/, '"type":"string"'],
    ["an enumeration", /"enum":\["/, '"enum":["more","'],
    ["a parameter's name", /"name":"limit"/, '"name":"most"'],
    ["a status", /"200":/, '"201":'],
    ["an operationId", /"operationId":"listCharges"/, '"operationId":"chargesList"'],
    ["a server", /https:\/\/files\.stripe\.com/, "https://files.example"],
    ["a media type", /application\/json/, "application/hal+json"],
    ["an end of life", /"operationId":"listCharges"/, '"operationId":"listCharges","x-sunset":"2027-01-01"'],
  ])("depends on %s", async (_, from, to) => {
    expect(irSha256(await load(edited(from, to)))).not.toBe(irSha256(base));
  });

  it("tells properties that are called like keywords from keywords", async () => {
    const of = (properties: string): Json =>
      JSON.parse(
        `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{},"components":{"schemas":{"A":{"properties":${properties}}}}}`,
      );
    const hash = async (properties: string): Promise<string> => irSha256(await load(of(properties)));
    expect(await hash('{"description":{"type":"string"}}')).not.toBe(await hash('{"description":{"type":"integer"}}'));
    expect(await hash('{"enum":{"description":"a"}}')).toBe(await hash('{"enum":{"description":"b"}}'));
  });
});
