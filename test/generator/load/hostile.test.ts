import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../../../generator/errors.ts";
import { parseJson } from "../../../generator/load/json-source.ts";
import { runs } from "../../runs.ts";
import { document, load, withOperation } from "./document-in.ts";

const base = withOperation(
  {
    parameters: [
      { $ref: "#/components/parameters/P" },
      { name: "q", in: "query", schema: { $ref: "#/components/schemas/A" } },
    ],
    requestBody: {
      content: { "application/json": { schema: { $ref: "#/components/schemas/A" }, examples: { e: { value: 1 } } } },
    },
    responses: { default: { $ref: "#/components/responses/E" } },
    security: [{ key: [] }],
  },
  {
    tags: [{ name: "t" }],
    servers: [{ url: "https://{a}.example.com", variables: { a: { default: "b" } } }],
    components: {
      schemas: {
        A: { anyOf: [{ $ref: "#/components/schemas/A" }, { type: "object", properties: { a: {} }, required: ["a"] }] },
      },
      parameters: { P: { name: "p", in: "header", schema: { type: "string", nullable: true } } },
      responses: { E: { description: "e", headers: { H: { schema: {} } } } },
      securitySchemes: { key: { type: "apiKey", in: "query", name: "k" } },
    },
  },
  "3.0.3",
);

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    { $ref: "#" },
    { $ref: "#/paths" },
    { $ref: "#/components/schemas/A" },
    { $ref: "..\\x" },
    { $ref: 1 },
    "__proto__",
  ),
);

test("a mutated document is read or refused with places, and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(), junk), { minLength: 1, maxLength: 4 }), async (changes) => {
      const mutated = structuredClone(base) as Record<string, unknown>;
      for (const [where, value] of changes) {
        const spots: [Record<string, unknown>, string][] = [];
        const stack: unknown[] = [mutated];
        for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
          if (typeof next !== "object" || next === null) continue;
          for (const key of Object.keys(next)) {
            spots.push([next as Record<string, unknown>, key]);
            stack.push((next as Record<string, unknown>)[key]);
          }
        }
        const spot = spots[where % spots.length];
        if (spot) spot[0][spot[1]] = structuredClone(value);
      }
      try {
        const api = await load({ "a.json": mutated });
        expect(api.operations.length).toBeLessThanOrEqual(8);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        for (const found of (error as InputError).diagnostics) expect(found.line).toBeGreaterThan(0);
      }
    }),
    { numRuns: runs(25) },
  );
}, 60_000);

test("the exact JSON reader finds a fault exactly where JSON.parse does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.string({ maxLength: 2 }), (value, where, insert) => {
      const text = JSON.stringify(value);
      const cut = where % (text.length + 1);
      const changed = text.slice(0, cut) + insert + text.slice(cut + 1);
      const read = parseJson(changed, 1000);
      let valid = true;
      try {
        JSON.parse(changed);
      } catch {
        valid = false;
      }
      expect("value" in read).toBe(valid);
      if ("fault" in read) expect(read.fault.message).not.toBe("this is not JSON");
    }),
    { numRuns: runs(500) },
  );
});

test("many names that collide, and many references, take linear time", async () => {
  const count = 3_000;
  const schemas: Record<string, object> = {};
  for (let n = 0; n < count; n++) {
    schemas[`a${"«".repeat((n % 7) + 1)}${n}`] = {
      properties: { next: { $ref: `#/components/schemas/A/properties/p${n}` } },
    };
  }
  const properties = Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, { type: "string" }]));
  const api = await load({ "a.json": document({ components: { schemas: { A: { properties }, ...schemas } } }) });
  expect(api.schemas.size).toBe(2 * count + 1);
});
