/** T9, T10 and numbers: size, depth, aliases, patterns, and figures beyond what a number holds. */
import { accepted, document, type HostileCase, object, refused, withOperation, withSchema } from "../hostile-case.ts";

const string = { type: "string" };
const ok = { "200": { description: "ok" } };
const head = 'openapi: 3.1.0\ninfo: { title: Big, version: "1" }\n';
const nested = (depth: number, open: string, inner: string, close: string): string =>
  open.repeat(depth) + inner + close.repeat(depth);
const withText = (schema: string): string => JSON.stringify(withSchema("SCHEMA")).replace('"SCHEMA"', () => schema);
const laughs = (levels: number): string =>
  `${head}paths: {}\nx-0: &l0 [a, a, a, a, a, a, a, a, a, a]\n${Array.from({ length: levels }, (_, n) => `x-${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}*l${n}]\n`).join("")}`;

const redos: readonly string[] = [
  "^(a+)+$",
  "^(a|a)*$",
  "^(a|aa)+$",
  "^([a-zA-Z]+)*$",
  "(.*a){20}",
  "^(\\w+\\s?)*$",
  "^((ab)*)*c$",
  "^.*.*.*.*=$",
  "(x+x+)+y",
  "^(\\d+)*\\D$",
  "(?=(a+))a*b\\1",
  "^(?:a?){50}a{50}$",
  "\\s*\\s*\\s*\\s*$",
  "^a{1,1000}a{1,1000}a{1,1000}$",
  `${"(".repeat(100)}a${")*".repeat(100)}`,
  "a".repeat(10_000),
  "[",
  "(?<n>a)\\k<n>",
  "\\p{Script=Greek}+",
  "(?i)abc",
  "^[\\w-]+(\\.[\\w-]+)*@x$",
];

const numbers = [
  "1e400",
  "-1e400",
  "1e308",
  "5e-324",
  "-0",
  "9007199254740993",
  "123456789012345678901234567890",
  "0.1e-7",
];
const keywords = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "default",
  "const",
  "example",
];
const numeric = (number: string): string =>
  withText(
    `{"type":"object","properties":{${keywords.map((key) => `"${key}":{"type":"number","${key}":${number}}`).join(",")},"e":{"enum":[${number}]}}}`,
  );

export const exhaustion: readonly HostileCase[] = [
  ...numbers.map(
    (number): HostileCase => ({
      name: `the number ${number} in every keyword`,
      files: { "openapi.json": numeric(number) },
      wanted: /e400/.test(number) ? refused("S005", 1) : accepted,
    }),
  ),
  { name: "YAML .inf", files: { "a.yaml": `${head}paths: {}\nx-a: .inf\n` }, wanted: refused("S005", 4) },
  { name: "YAML .nan", files: { "a.yaml": `${head}paths: {}\nx-a: .nan\n` }, wanted: refused("S005", 4) },
  {
    name: "int64 in enum, default and bounds",
    files: {
      "openapi.json": withText(
        '{"type":"object","properties":{"a":{"type":"integer","format":"int64","default":9223372036854775807,"minimum":-9223372036854775808,"maximum":9223372036854775807,"enum":[9223372036854775807,9223372036854775806]}}}',
      ),
    },
    wanted: accepted,
  },
  {
    name: "lengths that are fractions and negative",
    files: { "openapi.json": withSchema({ ...string, minLength: -1, maxLength: 1.5 }) },
    wanted: accepted,
  },
  {
    name: "bounds that contradict each other",
    files: {
      "openapi.json": withSchema(
        object({
          a: { type: "integer", minimum: 5, maximum: 1 },
          b: { ...string, minLength: 9, maxLength: 1 },
          c: { type: "array", minItems: 3, maxItems: 1 },
        }),
      ),
    },
    wanted: accepted,
  },
  {
    name: "a sample that must be huge",
    files: {
      "openapi.json": withSchema(
        object({
          a: { ...string, minLength: 1e9 },
          b: { type: "array", minItems: 1e9, items: string },
          c: { type: "object", minProperties: 1e9 },
        }),
      ),
    },
    wanted: accepted,
  },
  {
    name: "a sample that grows with every level",
    files: {
      "openapi.json": withSchema(
        Array.from({ length: 8 }).reduce((items: unknown) => ({ type: "array", minItems: 20, items }), string),
      ),
    },
    wanted: accepted,
  },
  {
    name: "a pattern that asks for much",
    files: { "openapi.json": withSchema({ ...string, pattern: "^(?:a{1000}){100}$" }) },
    wanted: accepted,
  },
  {
    name: "a multiple of nothing",
    files: { "openapi.json": withSchema({ type: "number", multipleOf: 0 }) },
    wanted: accepted,
  },
  { name: "nine laughs", files: { "a.yaml": laughs(9) }, wanted: refused("S005") },
  { name: "twenty laughs", files: { "a.yaml": laughs(20) }, wanted: refused("S005") },
  { name: "two laughs", files: { "a.yaml": laughs(1) }, wanted: accepted },
  {
    name: "an alias of its own parent",
    files: { "a.yaml": `${head}paths: &p { /a: *p }\n` },
    wanted: refused("S005", 3),
  },
  {
    name: "many merges of a large map",
    files: {
      "a.yaml": `${head}paths: {}\nx-a: &a { ${Array.from({ length: 200 }, (_, n) => `k${n}: 1`).join(", ")} }\n${Array.from({ length: 200 }, (_, n) => `x-m${n}: { <<: *a }\n`).join("")}`,
    },
    wanted: refused("S003"),
  },
  { name: "JSON 100,000 deep", files: { "a.json": nested(100_000, "[", "", "]") }, wanted: refused("S005", 1) },
  { name: "JSON 100,000 deep and cut", files: { "a.json": '{"a":'.repeat(100_000) }, wanted: refused("S005", 1) },
  {
    name: "YAML flow 100,000 deep",
    files: { "a.yaml": `a: ${nested(100_000, "[", "", "]")}` },
    wanted: refused("S005", 1),
  },
  {
    name: "YAML blocks 1,000 deep",
    files: { "a.yaml": Array.from({ length: 1_000 }, (_, n) => `${" ".repeat(n)}a:\n`).join("") },
    wanted: refused("S005"),
  },
  { name: "YAML sequences 1,000 deep", files: { "a.yaml": "- ".repeat(1_000) }, wanted: refused("S005", 1) },
  {
    name: "schemas 150 deep",
    files: { "openapi.json": withText(nested(90, '{"type":"object","properties":{"a":', "{}", "}}")) },
    wanted: accepted,
  },
  {
    name: "schemas too deep",
    files: { "openapi.json": withText(nested(120, '{"type":"object","properties":{"a":', "{}", "}}")) },
    wanted: refused("S005", 1),
  },
  {
    name: "arrays of arrays 150 deep",
    files: { "openapi.json": withText(nested(150, '{"type":"array","items":', "{}", "}")) },
    wanted: accepted,
  },
  {
    name: "unions of unions",
    files: { "openapi.json": withText(nested(80, '{"anyOf":[{"type":"null"},', "{}", "]}")) },
    wanted: accepted,
  },
  {
    name: "an enum of 20,000",
    files: { "openapi.json": withSchema({ ...string, enum: Array.from({ length: 20_000 }, (_, n) => `v${n}`) }) },
    wanted: accepted,
  },
  {
    name: "2,000 properties",
    files: {
      "openapi.json": withSchema(
        object(Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`p${n}`, string]))),
      ),
    },
    wanted: accepted,
  },
  {
    name: "a description of 1 MB",
    files: { "openapi.json": withOperation({ description: "zq_canary */ ".repeat(80_000) }) },
    wanted: accepted,
  },
  {
    name: "a name of 1 MB",
    files: { "openapi.json": withOperation({ operationId: "a".repeat(1_000_000), tags: ["b".repeat(1_000_000)] }) },
    wanted: accepted,
  },
  {
    name: "a path of 100 kB",
    files: { "openapi.json": document({ paths: { [`/${"a/".repeat(50_000)}`]: { get: { responses: ok } } } }) },
    wanted: accepted,
  },
  {
    name: "a line of 2 MB that is broken",
    files: { "a.json": `{"openapi":"${"a".repeat(2_000_000)}` },
    wanted: refused("S003", 1),
  },
  {
    name: "a document of more than 64 MiB",
    files: { "a.json": `{"openapi":"3.1.0","x":"${"a".repeat(65 * 1024 * 1024)}"}` },
    wanted: refused("S005", 1),
  },
  {
    name: "more than 2,000,000 values",
    files: { "a.json": `{"openapi":"3.1.0","x-a":[${"0,".repeat(2_000_001)}0]}` },
    wanted: refused("S005", 1),
  },
  ...redos.map(
    (pattern, n): HostileCase => ({
      name: `pattern ${n}: ${pattern.slice(0, 30)}`,
      files: {
        "openapi.json": withSchema(
          object({ a: { ...string, pattern }, b: { ...string, pattern, minLength: 100, maxLength: 1_000 } }),
        ),
      },
      wanted: accepted,
    }),
  ),
  {
    name: "patterns as keys",
    files: {
      "openapi.json": withSchema({
        type: "object",
        patternProperties: Object.fromEntries(redos.map((pattern) => [pattern, string])),
        propertyNames: { pattern: "^(a+)+$" },
      }),
    },
    wanted: accepted,
  },
];
