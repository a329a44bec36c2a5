/** T4, T7: references that read elsewhere, call out, or explode; names that write elsewhere. */
import { accepted, document, type HostileCase, object, refused, withOperation, withSchema } from "../hostile-case.ts";

const string = { type: "string" };
const secret = { "../secret.json": { type: "string", description: "zq_secret" } };
const one = ($ref: string): object => withSchema({ $ref });

function refers(name: string, $ref: string, wanted = refused("S011")): HostileCase {
  return { name: `$ref ${name}`, files: { "openapi.json": one($ref), ...secret }, wanted };
}

const doubling = Object.fromEntries(
  Array.from({ length: 40 }, (_, n) => [
    `S${n}`,
    n === 39
      ? string
      : object({ a: { $ref: `#/components/schemas/S${n + 1}` }, b: { $ref: `#/components/schemas/S${n + 1}` } }),
  ]),
);
const doublingAll = Object.fromEntries(
  Array.from({ length: 30 }, (_, n) => [
    `S${n}`,
    n === 29
      ? object({ id: string })
      : { allOf: [{ $ref: `#/components/schemas/S${n + 1}` }, { $ref: `#/components/schemas/S${n + 1}` }] },
  ]),
);
const doublingPaths = Object.fromEntries(
  Array.from({ length: 30 }, (_, n) => [
    `/p${n}`,
    n === 29
      ? { get: { responses: {} } }
      : {
          post: {
            responses: {},
            callbacks: { a: { x: { $ref: `#/paths/~1p${n + 1}` } }, b: { x: { $ref: `#/paths/~1p${n + 1}` } } },
          },
        },
  ]),
);

export const references: readonly HostileCase[] = [
  refers("climbs with ..", "../secret.json"),
  refers("climbs with .. many times", "../../../../../../../../etc/hostname"),
  refers("climbs with encoded dots", "%2e%2e/secret.json"),
  refers("climbs with encoded slashes", "..%2fsecret.json"),
  refers("climbs with double encoding", "%252e%252e/secret.json"),
  refers("climbs with backslashes", "..\\secret.json"),
  refers("climbs and comes back", "x/../../secret.json"),
  refers("is absolute", "/etc/hostname"),
  refers("is a file URL", "file:///etc/hostname"),
  refers("is a file URL in capitals", "FILE:///etc/hostname"),
  refers("is http", "http://127.0.0.1:9/schema.json"),
  refers("is https with a pointer", "https://127.0.0.1:9/schema.json#/A"),
  refers("has no scheme but a host", "//127.0.0.1:9/schema.json"),
  refers("has backslashes and a host", "\\\\127.0.0.1\\share\\schema.json"),
  refers("is a data URL", 'data:application/json,{"type":"string"}'),
  refers("is javascript", "javascript:zq_canary()"),
  refers("is node:fs", "node:fs"),
  refers("holds a NUL", "a\u0000.json"),
  refers("holds an encoded NUL", "a%00.json"),
  refers("is a device", "/dev/zero"),
  refers("is a folder", "."),
  refers("has a query that climbs", "openapi.json?../secret.json#/components/schemas/Nope", refused("S010")),
  {
    name: "$ref through a link to a file outside",
    files: { "openapi.json": one("link.json"), ...secret },
    links: { "link.json": "../secret.json" },
    wanted: refused("S011"),
  },
  {
    name: "$ref through a link to a folder outside",
    files: { "openapi.json": one("up/secret.json"), ...secret },
    links: { up: ".." },
    wanted: refused("S011"),
  },
  {
    name: "$ref in a second file climbs",
    files: { "openapi.json": one("sub/a.json"), "sub/a.json": { $ref: "../../secret.json" }, ...secret },
    wanted: refused("S011"),
  },
  {
    name: "$ref into its own folder is read",
    files: { "openapi.json": one("sub/a.json"), "sub/a.json": object({ id: string }) },
    wanted: accepted,
  },
  {
    name: "a second file is broken",
    files: { "openapi.json": one("a.json"), "a.json": '{"type":\n' },
    wanted: refused("S003", 1, "a.json"),
  },
  {
    name: "a second file is text of another kind",
    files: { "openapi.json": one("a.json"), "a.json": "<html>root:x:0:0</html>" },
    wanted: refused("S002", 1, "a.json"),
  },
  {
    name: "references where there are none are not followed",
    files: {
      "openapi.json": withSchema({
        type: "object",
        example: { $ref: "http://127.0.0.1:9/a" },
        default: { $ref: "file:///etc/hostname" },
        enum: [{ $ref: "../secret.json" }],
        const: { $ref: "../secret.json" },
        "x-note": { $ref: "../secret.json" },
      }),
      ...secret,
    },
    wanted: { accepted: true, lacks: { "openapi.json": "zq_secret" } },
  },
  {
    name: "externalValue, $schema, $id and externalDocs are not fetched",
    files: {
      "openapi.json": withOperation(
        {
          requestBody: {
            content: {
              "application/json": {
                schema: { $id: "http://127.0.0.1:9/s", $schema: "http://127.0.0.1:9/m", type: "object" },
                examples: { a: { externalValue: "http://127.0.0.1:9/e" } },
              },
            },
          },
          externalDocs: { url: "http://127.0.0.1:9/d" },
        },
        { jsonSchemaDialect: "http://127.0.0.1:9/dialect" },
      ),
    },
    wanted: accepted,
  },
  {
    name: "operationRef is not fetched",
    files: {
      "openapi.json": withOperation({
        responses: {
          "200": {
            description: "ok",
            links: { a: { operationRef: "http://127.0.0.1:9/o" }, b: { operationRef: "../secret.json#/a" } },
          },
        },
      }),
      ...secret,
    },
    wanted: accepted,
  },
  {
    name: "discriminator mappings are not fetched",
    files: {
      "openapi.json": withSchema(
        {
          oneOf: [{ $ref: "#/components/schemas/A" }],
          discriminator: {
            propertyName: "t",
            mapping: {
              a: "http://127.0.0.1:9/a.json",
              b: "file:///etc/hostname",
              c: "../secret.json",
              d: "//127.0.0.1:9/x",
            },
          },
        },
        { A: { ...object({ t: string }), required: ["t"] } },
      ),
      ...secret,
    },
    wanted: { accepted: true, warned: ["S034"], lacks: { "openapi.json": "zq_secret" } },
  },
  {
    name: "a path item from http",
    files: { "openapi.json": document({ paths: { "/a": { $ref: "http://127.0.0.1:9/path.json" } } }) },
    wanted: refused("S011"),
  },
  { name: "a $ref to itself", files: { "openapi.json": one("#/components/schemas/Thing") }, wanted: refused("S012") },
  {
    name: "two $refs to each other",
    files: {
      "openapi.json": withSchema({ $ref: "#/components/schemas/B" }, { B: { $ref: "#/components/schemas/Thing" } }),
    },
    wanted: refused("S012"),
  },
  {
    name: "path items in a circle",
    files: { "openapi.json": document({ paths: { "/a": { $ref: "#/paths/~1b" }, "/b": { $ref: "#/paths/~1a" } } }) },
    wanted: refused("S012"),
  },
  {
    name: "allOf in a circle",
    files: { "openapi.json": withSchema({ allOf: [{ $ref: "#/components/schemas/Thing" }, object({ id: string })] }) },
    wanted: accepted,
  },
  {
    name: "oneOf of nothing but itself",
    files: { "openapi.json": withSchema({ oneOf: [{ $ref: "#/components/schemas/Thing" }] }) },
    wanted: accepted,
  },
  {
    name: "an array of itself, and required by itself",
    files: {
      "openapi.json": withSchema({
        type: "object",
        required: ["a", "b"],
        properties: {
          a: { type: "array", minItems: 1, items: { $ref: "#/components/schemas/Thing" } },
          b: { $ref: "#/components/schemas/Thing" },
        },
      }),
    },
    wanted: accepted,
  },
  { name: "a $ref to the whole document", files: { "openapi.json": one("#") }, wanted: accepted },
  { name: "a $ref into the paths", files: { "openapi.json": one("#/paths/~1things/post") }, wanted: accepted },
  {
    name: "2^40 schemas by reference, in properties",
    files: { "openapi.json": withSchema({ $ref: "#/components/schemas/S0" }, doubling) },
    wanted: accepted,
  },
  {
    name: "2^30 schemas by reference, in allOf",
    files: { "openapi.json": withSchema({ $ref: "#/components/schemas/S0" }, doublingAll) },
    wanted: accepted,
  },
  {
    name: "2^30 path items by reference",
    files: { "openapi.json": document({ paths: doublingPaths }) },
    wanted: refused("S012"),
  },
  {
    name: "a reference chain of 1,000",
    files: {
      "openapi.json": withSchema(
        { $ref: "#/components/schemas/C0" },
        Object.fromEntries(
          Array.from({ length: 1_000 }, (_, n) => [
            `C${n}`,
            n === 999 ? string : { $ref: `#/components/schemas/C${n + 1}` },
          ]),
        ),
      ),
    },
    wanted: accepted,
  },
];
