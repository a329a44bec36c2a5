import { expect, test } from "vitest";
import type { Finding } from "../../../generator/drift/finding.ts";
import { api, diff, given, type Json, operation, sent } from "./api-pair.ts";

const text = { type: "string" };
const ref = { $ref: "#/components/schemas/Charge" };
const content = {
  "application/json": { schema: { type: "object", properties: { data: { type: "array", items: ref } } } },
};
const list = { responses: { "200": { description: "", content } } };
const one = { responses: { "200": { description: "", content: { "application/json": { schema: ref } } } } };

/** Two operations that give a charge. */
function charges(status: object): Json {
  const Charge = { type: "object", properties: { status }, required: ["status"] };
  return api({
    paths: {
      "/charges": { get: { operationId: "list", ...list } },
      "/charges/{id}": { get: { operationId: "get", ...one } },
    },
    components: { schemas: { Charge } },
  });
}

test("one edited component is one finding, with all that reaches it", async () => {
  const names = { base: { list: "charges.list", get: "charges.get" }, revision: {} };
  const options = { provider: "pay", apiVersion: "2026-01", names };
  const found = await diff(charges({ enum: [1, 2] }), charges({ enum: [1, 2, 3] }), options);
  expect(found).toEqual([
    {
      fingerprint: "0dc98d58aad49c91",
      kind: "upstream",
      rule: "response-enum-value-added",
      severity: "breaking",
      breaks: "users",
      effect: "widen",
      direction: "response",
      provider: "pay",
      apiVersion: "2026-01",
      pointer: {
        base: "/components/schemas/Charge/properties/status",
        revision: "/components/schemas/Charge/properties/status",
      },
      location: {
        base: expect.objectContaining({ file: "a.json" }),
        revision: expect.objectContaining({ file: "a.json" }),
      },
      after: 3,
      message: "Charge.status has the new value 3",
      why: "a switch over all values meets one that it does not know",
      fix: "handle the new case where the value is read, then regenerate",
      witness: { value: 3, acceptedBy: "revision", rejectedBy: "base" },
      occurrences: [
        {
          operation: { key: "list", method: "GET", path: "/charges", clientMethod: "charges.list" },
          direction: "response",
          status: "200",
          at: "data[].status",
        },
        {
          operation: { key: "get", method: "GET", path: "/charges/{id}", clientMethod: "charges.get" },
          direction: "response",
          status: "200",
          at: "status",
        },
      ],
    },
  ]);
});

test("the place is the line of the change on either side", async () => {
  const [found] = await diff(charges({ ...text, maxLength: 9 }), charges({ ...text, maxLength: 9, format: "date" }));
  const lines = JSON.stringify(charges({ ...text, maxLength: 9 }), null, 1).split("\n");
  const { line = 0 } = found?.location.base ?? {};
  expect(lines[line - 1]).toContain('"status": {');
});

test("an edit of one operation names it", async () => {
  const [found] = await diff(sent({ type: "object", properties: { a: text } }), sent({ type: "object" }));
  expect(found).toMatchObject({
    message: "POST /things: body.a is gone",
    operation: { key: "POST /things", method: "POST", path: "/things" },
    pointer: { base: "/paths/~1things/post/requestBody/content/application~1json/schema/properties/a" },
    occurrences: [{ direction: "request", at: "body.a" }],
  });
  expect(found?.pointer).not.toHaveProperty("revision");
});

test.each<[object, string]>([
  // In a base that an inline schema takes in.
  [
    { allOf: [{ $ref: "#/components/schemas/Charge" }, { properties: { more: text } }] },
    "Charge.id is integer instead of string",
  ],
  [{ type: "array", items: { $ref: "#/components/schemas/Charge" } }, "Charge.id is integer instead of string"],
  [{ type: "object", additionalProperties: text }, "POST /things: response 200 [*] is integer instead of string"],
])("the sentence begins with the place: %j", async (schema, message) => {
  const later = JSON.parse(
    JSON.stringify(schema).replace(
      '"additionalProperties":{"type":"string"}',
      '"additionalProperties":{"type":"integer"}',
    ),
  );
  const Charge = (type: string): Json => ({ Charge: { type: "object", properties: { id: { type } } } });
  const found = await diff(given(schema, Charge("string")), given(later, Charge("integer")));
  expect(found.filter(({ severity }) => severity === "breaking").map((one) => one.message)).toEqual([message]);
});

test("a property that seems to be renamed says so", async () => {
  const [found] = await diff(
    given({ type: "object", properties: { a: { ...text, format: "uri" } } }),
    given({ type: "object", properties: { b: { ...text, format: "uri" } } }),
  );
  expect(found?.message).toBe('POST /things: response 200 a is gone; perhaps it is called "b" now');
});

test("foreign text cannot leave its line", async () => {
  const [found] = await diff(given({ type: "object", properties: { "a\n\u202eb": text } }), given({ type: "object" }));
  expect(found?.message).toBe("POST /things: response 200 a\\u000a\\u202eb is gone");
});

test("fingerprints stay when others change, and when words and lines do", async () => {
  const print = (found: readonly Finding[]): string | undefined =>
    found.find(({ rule }) => rule === "response-property-became-optional")?.fingerprint;
  const schema = (more: object, required: string[]): object => ({
    type: "object",
    properties: { a: text, ...more },
    required,
  });
  const base = given(schema({}, ["a"]));
  const alone = await diff(base, given(schema({}, [])));
  const among = await diff({ ...base, tags: [] }, given({ description: "new", ...schema({ b: text }, []) }));
  expect(print(alone)).toMatch(/^[0-9a-f]{16}$/);
  expect(print(among)).toBe(print(alone));
  const other = await diff(base, given(schema({}, [])), { provider: "pay" });
  expect(print(other)).not.toBe(print(alone));
});

test("names of objects' own members are names like any other", async () => {
  const hostile = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}',
  );
  const later = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"integer"},"toString":{"type":"string"}}}',
  );
  const found = await diff(given(hostile), given(later));
  expect(found.map(({ rule }) => rule).sort()).toEqual([
    "response-property-added",
    "response-property-removed",
    "response-type-changed",
  ]);
});

test("a web of schemas that refer to each other is compared once", async () => {
  const web = (last: object): Json => {
    const schemas: Record<string, object> = {};
    for (let n = 0; n < 300; n++) {
      const next = [1, 7, 31].map((step) => [`n${step}`, { $ref: `#/components/schemas/S${(n * step + step) % 300}` }]);
      schemas[`S${n}`] = { type: "object", properties: { ...Object.fromEntries(next), id: n === 299 ? last : text } };
    }
    return given({ $ref: "#/components/schemas/S0" }, schemas);
  };
  const found = await diff(web(text), web({ type: "integer" }));
  expect(found.map(({ message }) => message)).toEqual(["S299.id is integer instead of string"]);
});

test("allOf that leads into itself ends", async () => {
  const A = (type: string): object => ({
    allOf: [
      { $ref: "#/components/schemas/B" },
      { properties: { next: { $ref: "#/components/schemas/A" }, a: { type } } },
    ],
  });
  const B = { allOf: [{ $ref: "#/components/schemas/A" }], properties: { next: { $ref: "#/components/schemas/B" } } };
  const found = await diff(
    given({ $ref: "#/components/schemas/A" }, { A: A("string"), B }),
    given({ $ref: "#/components/schemas/A" }, { A: A("integer"), B }),
  );
  expect(found.map(({ rule }) => rule)).toContain("response-type-changed");
});

test("nothing to read, nothing to tell", async () => {
  expect(await diff(operation({}), operation({}))).toEqual([]);
});
