/** T3, T12: names that clash, that mean something to JavaScript or TypeScript, that are no names at all. */
import { accepted, document, type HostileCase, keyed, object, withOperation, withSchema } from "../hostile-case.ts";

const string = { type: "string" };
const ok = { "200": { description: "ok" } };

const words: readonly string[] = (
  "__proto__ constructor prototype hasOwnProperty toString valueOf toJSON then catch finally default delete class new " +
  "function import export await async yield let static enum eval arguments undefined null true false NaN Infinity this " +
  "super void typeof in of instanceof interface type namespace module declare abstract implements package private " +
  "protected public readonly any unknown never object string number boolean symbol bigint Array Object String Number " +
  "Boolean Symbol Promise Map Set Date Error Record Partial Readonly Pick Omit Exclude Function RegExp JSON Math Blob " +
  "File FormData Headers Request Response URL Uint8Array ReadableStream AsyncIterable Iterable globalThis window " +
  "process console require exports createClient connect connector client Client ClientOptions Auth Operation operation " +
  "Call CallOptions PagedCall Success Failure Credential Policy Connector validators Validators mocks handlers operations http " +
  "HttpResponse HttpHandler OperationDescriptor z u ZodType index schema body query path header input options data error signal"
).split(" ");
const odd: readonly string[] = [
  "",
  " ",
  "-",
  "0",
  "1st",
  "a b",
  "a-b",
  "a_b",
  "aB",
  "AB",
  "ab",
  "Ab",
  "🦀",
  "🦀🦀",
  "שלום",
  "مرحبا",
  "日本語",
  "é",
  "e\u0301",
  "ﬁ",
  "a".repeat(300),
  `${"a".repeat(299)}b`,
  "con",
  "nul",
  "aux",
  "com1",
  "x-y",
  "$",
  "_",
  "$$",
  "a.b",
  "a/b",
  "a\\b",
  "%2e%2e",
  "..",
];
const all = [...words, ...odd];
const pointer = (name: string): string =>
  `#/components/schemas/${encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"))}`;

const operationsNamed = (make: (name: string) => object): Record<string, unknown> =>
  keyed(all.map((name, index) => [`/p${index}`, { get: { responses: ok, ...make(name) } }]));

const cases: Readonly<Record<string, object>> = {
  "schemas are called like words of the language": withOperation(
    {
      responses: {
        "200": {
          description: "ok",
          content: { "application/json": { schema: { oneOf: all.map((name) => ({ $ref: pointer(name) })) } } },
        },
      },
    },
    { components: { schemas: keyed(all.map((name) => [name, object({ [name || "empty"]: string })])) } },
  ),
  "properties are called like words of the language": withSchema(object(keyed(all.map((name) => [name, string])))),
  "all such properties are required, in request and response": withSchema({
    ...object(keyed(all.map((name) => [name, { ...string, default: name }]))),
    required: all,
  }),
  "operationIds are called like words of the language": document({
    paths: operationsNamed((operationId) => ({ operationId })),
  }),
  "tags are called like words of the language": document({ paths: operationsNamed((tag) => ({ tags: [tag] })) }),
  "operationIds of one tag are called like words of the language": document({
    paths: operationsNamed((operationId) => ({ operationId, tags: ["t"] })),
  }),
  "query parameters are called like words of the language": withOperation({
    parameters: all.map((name) => ({ name, in: "query", schema: string })),
  }),
  "path parameters are called like words of the language": document({
    paths: keyed(
      all
        .filter((name) => !/[/\\. ]|^$|%/.test(name))
        .map((name, index) => [
          `/p${index}/{${name}}`,
          { get: { parameters: [{ name, in: "path", required: true, schema: string }], responses: ok } },
        ]),
    ),
  }),
  "form fields are called like words of the language": withOperation({
    requestBody: {
      content: { "application/x-www-form-urlencoded": { schema: object(keyed(all.map((name) => [name, string]))) } },
    },
  }),
  "enum values are words of the language": withSchema(object({ a: { ...string, enum: all } })),
  "discriminator values are words of the language": withSchema(
    {
      oneOf: [{ $ref: "#/components/schemas/A" }, { $ref: "#/components/schemas/B" }],
      discriminator: {
        propertyName: "__proto__",
        mapping: keyed(all.map((name, index) => [name, `#/components/schemas/${index % 2 === 0 ? "A" : "B"}`])),
      },
    },
    {
      A: { ...object(keyed([["__proto__", string]])), required: ["__proto__"] },
      B: { ...object(keyed([["__proto__", string]])), required: ["__proto__"] },
    },
  ),
  "security schemes are called like words of the language": withOperation(
    { security: all.map((name) => keyed([[name, []]])) },
    {
      components: {
        securitySchemes: keyed(all.map((name, index) => [name, { type: "apiKey", in: "query", name: `k${index}` }])),
      },
    },
  ),
  "server variables are called like words of the language": document({
    servers: words.map((name, index) => ({
      url: `https://{${name}}.p${index}.example.com`,
      variables: keyed([[name, { default: "a" }]]),
    })),
    paths: { "/a": { get: { responses: ok } } },
  }),
  "one namespace is called then": withOperation({ tags: ["then"], operationId: "then" }),
  "one operation is called constructor, another __proto__": document({
    paths: {
      "/a": { get: { operationId: "constructor", tags: ["__proto__"], responses: ok } },
      "/b": { get: { operationId: "__proto__", tags: ["constructor"], responses: ok } },
    },
  }),
  "operationIds differ in case only": document({
    paths: keyed(
      ["getA", "geta", "GETA", "get_a", "get-a", "get a"].map((id, n) => [
        `/p${n}`,
        { get: { operationId: id, responses: ok } },
      ]),
    ),
  }),
  "tags differ in case only": document({
    paths: keyed(
      ["Pets", "pets", "PETS", "p-e-t-s"].map((tag, n) => [`/p${n}`, { get: { tags: [tag], responses: ok } }]),
    ),
  }),
  "one operationId many times": document({
    paths: keyed(Array.from({ length: 50 }, (_, n) => [`/p${n}`, { get: { operationId: "same", responses: ok } }])),
  }),
  "types that the generator would make are there already": withOperation(
    {
      operationId: "createThing",
      tags: ["things"],
      requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/ThingsCreateBody" } } } },
      responses: {
        "200": {
          description: "ok",
          content: { "application/json": { schema: { $ref: "#/components/schemas/ThingsCreateInput" } } },
        },
      },
    },
    {
      components: {
        schemas: {
          ThingsCreateBody: object({ a: { $ref: "#/components/schemas/ThingsNamespace" } }),
          ThingsCreateInput: object({ a: { $ref: "#/components/schemas/ThingsCreateOutcome" } }),
          ThingsNamespace: object({ id: { ...string, readOnly: true } }),
          ThingsNamespaceRequest: object({ id: string }),
          ThingsCreateOutcome: object({ a: { $ref: "#/components/schemas/ThingsNamespaceRequest" } }),
        },
      },
    },
  ),
  "namespaces are called like the files of a version": document({
    paths: keyed(
      [
        "index",
        "connector",
        "schema",
        "validators",
        "untyped",
        "mocks",
        "contract",
        "contract.test",
        "openapi",
        "bindings",
        "api",
        "package",
        "readme",
        "node_modules",
        "dist",
      ].map((tag, n) => [`/p${n}`, { get: { tags: [tag], operationId: `get${n}`, responses: ok } }]),
    ),
  }),
  "namespaces are called like devices": document({
    paths: keyed(
      ["con", "prn", "aux", "nul", "com1", "lpt9", "CON"].map((tag, n) => [
        `/p${n}`,
        { get: { tags: [tag], operationId: `get${n}`, responses: ok } },
      ]),
    ),
  }),
  "nothing has a name": document({
    paths: { "/": { get: { responses: ok }, post: { responses: ok } }, "/{}": { get: { responses: ok } } },
  }),
  "keys of a path item look like prototypes": document({
    paths: keyed([
      [
        "/a",
        keyed([
          ["__proto__", { responses: ok }],
          ["constructor", { responses: ok }],
          ["get", { responses: ok }],
        ]),
      ],
      ["/__proto__", { get: { responses: ok } }],
      ["/constructor", { get: { responses: ok } }],
    ]),
  }),
};

export const names: readonly HostileCase[] = Object.entries(cases).map(([name, root]) => ({
  name: `names: ${name}`,
  files: { "openapi.json": root },
  wanted: accepted,
}));
