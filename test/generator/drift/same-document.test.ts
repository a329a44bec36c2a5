import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffDocuments } from "../../../generator/drift/diff-documents.ts";
import { projectOf, runIn } from "../explain/run-in-project.ts";
import { load, loadText, type Row } from "./api-pair.ts";
import { comparedHash } from "./compared-hash.ts";
import { tables } from "./rows/all-rows.ts";

const rows: readonly Row[] = Object.values(tables).flat();

/** Where nothing is told though the hashes differ: what goes in one direction only, what policies leave out, names that say nothing. */
const WAIVED = new Set([
  "excluded operation removed",
  "a pin that moves with the policy",
  "a pin for which any text is taken",
  "edited under readOnly: no part of a request",
  "writeOnly property removed: it was never given",
  "writeOnly property added",
  "writeOnly property became optional: it was never given",
  "explode of a text says nothing",
  "defaults written out",
  "last slash and description",
  "the document's server written at the operation",
  "a component to inline",
  "inline to a component",
  "component in a component moved",
  "allOf over references put together",
]);

describe("the hash of a document and its comparison agree", () => {
  for (const [what, base, revision, wanted] of rows) {
    test(what, async () => {
      const [before, after] = [await load(base), await load(revision)];
      const isSame = comparedHash(before) === comparedHash(after);
      expect(isSame).toBe(wanted.length === 0 && !WAIVED.has(what));
      expect(diffDocuments(before, before)).toEqual([]);
    });
  }
});

/** The same JSON with the members of objects in another order, but for media types: the first is preferred. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]): [string, unknown, number] => [key, member, random()]);
  if (!entries.some(([key]) => key.includes("/"))) entries.sort(([, , a], [, , b]) => a - b);
  return Object.fromEntries(entries.map(([key, member]) => [key, shuffled(member, random)]));
}

/** With descriptions wherever a schema has a type. */
function described(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(described);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, described(member)]));
  return typeof members["type"] === "string" && !("in" in members) && !("flows" in members)
    ? { ...members, description: "new words" }
    : members;
}

test("order, spaces and descriptions are no changes", async () => {
  const index = fc.nat({ max: rows.length - 1 });
  await fc.assert(
    fc.asyncProperty(index, fc.integer({ min: 1, max: 2 ** 31 }), fc.constantFrom(0, 2), async (at, seed, indent) => {
      let state = seed;
      const random = (): number => {
        state = (state * 48271) % 2147483647;
        return state;
      };
      const document = (rows[at] as Row)[1];
      const [before, after] = [
        await load(document),
        await loadText(JSON.stringify(described(shuffled(document, random)), null, indent)),
      ];
      expect(diffDocuments(before, after)).toEqual([]);
      expect(comparedHash(after)).toBe(comparedHash(before));
    }),
    { numRuns: 60 },
  );
});

test("couplet diff of the same text still refuses what cannot be read", async () => {
  const broken = projectOf({
    "a.json": '{"openapi": "3.1.0", "paths": 7}',
    "b.json": '{"openapi": "3.1.0", "paths": 7}\n',
  });
  const { code, err } = await runIn(broken, "diff", "a.json", "b.json");
  expect(code).toBe(3);
  expect(err).toMatch(/a\.json:1:\d+ error S\d{3}/);
  const text = JSON.stringify({ openapi: "3.1.0", info: { title: "t", version: "1" }, paths: {} });
  const whole = projectOf({ "a.json": text, "b.json": `${text}\n\n` });
  expect(await runIn(whole, "diff", "a.json", "b.json")).toMatchObject({ code: 0 });
});

test("couplet diff of equal roots sees what changed in the files that they refer to", async () => {
  const root = (extra: string) =>
    `openapi: 3.1.0\ninfo: { title: t, version: "1" }\npaths:\n  /a:\n    get:\n      responses:\n        "200":\n          description: d\n          content:\n            application/json: { schema: { $ref: ${extra} } }\n`;
  for (const reference of ["./a.yaml", '"./a.yaml"', "'a.yaml#/x'"]) {
    const schema = (type: string) => (reference.includes("#") ? `x: { type: ${type} }` : `type: ${type}`);
    const project = projectOf({
      "one/openapi.yaml": root(reference),
      "one/a.yaml": schema("string"),
      "two/openapi.yaml": root(reference),
      "two/a.yaml": schema("integer"),
    });
    const { code, out } = await runIn(project, "diff", "one/openapi.yaml", "two/openapi.yaml");
    expect([code, out]).toEqual([1, expect.stringContaining("response-type-changed")]);
  }
});
