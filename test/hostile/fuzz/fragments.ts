/** What the mutator puts into documents: values of the wrong kind, and keywords where the generator reads them. */
import type { JsonValue } from "../../../generator/load/json-tree.ts";
import { attacks, hostileKeys } from "../canary.ts";

/** `__proto__` as an own key. */
const proto = JSON.parse(
  '{"__proto__":{"polluted":"zq_canary"},"constructor":{"prototype":{"polluted":1}}}',
) as JsonValue;

export const awkward: readonly JsonValue[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  -0,
  2 ** 53,
  "",
  " ",
  "null",
  [],
  {},
  [[]],
  [null],
  [{}],
  proto,
  "a".repeat(5_000),
  { $ref: "#" },
  { $ref: "#/" },
  { $ref: "#/paths" },
  { $ref: "#/__proto__" },
  { $ref: "#/components/schemas/__proto__" },
  { $ref: "#/components/schemas/constructor/prototype" },
  { $ref: "#/components/schemas" },
  { $ref: "file:///etc/hostname" },
  { $ref: "http://127.0.0.1:9/zq_canary" },
  { $ref: "../../../../etc/hostname" },
  { $ref: "openapi.json" },
  { $ref: "openapi.json#/info" },
  { $ref: 1 },
  { $ref: "#/components/schemas/A", type: "object" },
  { allOf: [{ $ref: "#/components/schemas/A" }] },
];

const texts: readonly JsonValue[] = [...attacks, ...hostileKeys];
const schemas: readonly JsonValue[] = [
  {},
  true,
  false,
  { type: "string" },
  { type: ["string", "null"] },
  { type: "array" },
  { type: "null" },
  { not: {} },
  { enum: [] },
  { enum: [null, 1, 'zq_canary"', true] },
  { type: "object", properties: proto },
  { type: "object", required: ["__proto__", "a", "a"] },
];
const numbers: readonly JsonValue[] = [0, -1, 1, 1e308, 1.5, 2 ** 53, "1);zq_canary(", null, true, [1]];
const lists: readonly JsonValue[] = [
  [],
  ["a"],
  [...attacks],
  [...hostileKeys],
  [1, "1", null, true, {}],
  ["a", "A", "a"],
];

/** Keyword and values, right and wrong. */
type Keyword = readonly [key: string, values: readonly JsonValue[]];

export const keywords: readonly Keyword[] = [
  ...["description", "summary", "title", "operationId", "format", "pattern", "name", "in", "style", "url", "email"].map(
    (key): Keyword => [key, texts],
  ),
  ...["const", "default", "example", "x-couplet-policy", "x-internal", "externalValue"].map(
    (key): Keyword => [key, [...texts, ...numbers, proto]],
  ),
  ...[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
  ].map((key): Keyword => [key, numbers]),
  ...["maxItems", "minProperties", "maxProperties", "minContains"].map((key) => [key, numbers] as const),
  ...["enum", "required", "tags", "type", "examples", "x-enum-varnames", "x-enum-descriptions", "x-enumNames"].map(
    (key): Keyword => [key, lists],
  ),
  ...["items", "additionalProperties", "not", "if", "contains", "propertyNames", "unevaluatedProperties"].map(
    (key): Keyword => [key, schemas],
  ),
  ...["allOf", "anyOf", "oneOf", "prefixItems"].map(
    (key): Keyword => [key, [[...schemas] as JsonValue[], [] as JsonValue[], ...schemas]],
  ),
  ["type", ["string", "integer", "object", "array", "null", "file", "any", "zq_canary"]],
  ["format", ["int64", "binary", "byte", "date-time", "uuid", "uri", "decimal"]],
  ["pattern", ["^(a+)+$", "(?<=a)b", "[", "\\p{L}+", "^[\\w.-]+@[\\w.-]+$", "a{99999}", "(?i)x", "/", "*/", "\\u2028"]],
  [
    "properties",
    [proto, {}, [], JSON.parse(`{"then":{"type":"string"}}`) as JsonValue, { 'a"b': {}, "*/": {}, "": {} }],
  ],
  ["patternProperties", [{ "^(a+)+$": {} }, { "[": {} }, proto]],
  [
    "discriminator",
    [
      { propertyName: "type" },
      { propertyName: "__proto__" },
      { propertyName: "t", mapping: { 'a"': "http://127.0.0.1:9/x", b: "../x" } },
      "type",
    ],
  ],
  [
    "servers",
    [
      [{ url: "https://{h}.example.com/{p}", variables: { h: { default: 'a"b' } } }],
      [{ url: "javascript:zq_canary()" }],
      [{ url: "//x" }],
      [],
    ],
  ],
  ["security", [[], [{}], [{ none: [] }], [{ __proto__: [] }], "x"]],
  [
    "parameters",
    [
      [{ name: "a\r\nb", in: "header", schema: { type: "string" } }],
      [{ name: "__proto__", in: "query" }],
      [{ name: "q", in: "query", content: {} }],
      {},
    ],
  ],
  [
    "content",
    [{ "application/json\r\nX: zq_canary": { schema: {} } }, { "*/*": {} }, { 'text/plain; a="*/"': {} }, proto],
  ],
  ["nullable", [true, false, "true"]],
  ["readOnly", [true]],
  ["writeOnly", [true]],
  ["deprecated", [true, "*/"]],
  ["explode", [true, false, "x"]],
  ["required", [true, false]],
  ["allowReserved", [true]],
  ["$defs", [{ a: { type: "string" } }, proto]],
  ["$id", ["http://127.0.0.1:9/zq_canary", "#a"]],
  ["$anchor", ["a", "*/"]],
];
