/** T3: `__proto__` and `constructor` where keys, pointers and values of a document are looked up. */
import { accepted, document, type HostileCase, object, refused, withOperation, withSchema } from "../hostile-case.ts";

const string = { type: "string" };
/** As text, so that `__proto__` is a key of its own. */
const proto = (json: string): object => JSON.parse(json) as object;
const polluted = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
const ok = { "200": { description: "ok" } };
const reference = (pointer: string): object => withSchema({ $ref: pointer });

export const prototypes: readonly HostileCase[] = [
  {
    name: "$ref through __proto__",
    files: { "a.json": reference("#/components/schemas/__proto__") },
    wanted: refused("S010"),
  },
  { name: "$ref to __proto__ of the root", files: { "a.json": reference("#/__proto__") }, wanted: refused("S010") },
  {
    name: "$ref through constructor",
    files: { "a.json": reference("#/constructor/prototype") },
    wanted: refused("S010"),
  },
  {
    name: "$ref through a member of every list",
    files: { "a.json": withSchema({ anyOf: [{ $ref: "#/components/schemas/Thing/anyOf/length" }] }) },
    wanted: refused("S010"),
  },
  {
    name: "$ref to an own __proto__",
    files: {
      "a.json": document({
        paths: {
          "/a": {
            get: {
              responses: {
                "200": {
                  description: "ok",
                  content: { "application/json": { schema: { $ref: "#/components/schemas/__proto__" } } },
                },
              },
            },
          },
        },
        components: { schemas: proto('{"__proto__":{"type":"object","properties":{"id":{"type":"string"}}}}') },
      }),
    },
    wanted: accepted,
  },
  {
    name: "the root has __proto__",
    files: { "a.json": { ...withOperation({}), ...proto(`{"x-a":${polluted}}`) } },
    wanted: accepted,
  },
  {
    name: "the root is made of __proto__",
    files: { "a.json": '{"__proto__":{"openapi":"3.1.0","info":{"title":"a","version":"1"},"paths":{}}}' },
    wanted: refused("S006", 1),
  },
  {
    name: "paths are __proto__ and constructor",
    files: {
      "a.json": document({
        paths: proto('{"__proto__":{"get":{"responses":{}}},"constructor":{"get":{"responses":{}}}}'),
      }),
    },
    wanted: accepted,
  },
  { name: "components is __proto__", files: { "a.json": document({ components: proto(polluted) }) }, wanted: accepted },
  {
    name: "examples hold __proto__",
    files: { "a.json": withSchema({ type: "object", example: proto(polluted) }) },
    wanted: accepted,
  },
  {
    name: "defaults hold __proto__",
    files: { "a.json": withSchema({ type: "object", default: proto(polluted) }) },
    wanted: accepted,
  },
  { name: "const holds __proto__", files: { "a.json": withSchema({ const: proto(polluted) }) }, wanted: accepted },
  {
    name: "enum holds __proto__",
    files: { "a.json": withSchema({ enum: [proto(polluted), "__proto__"] }) },
    wanted: accepted,
  },
  {
    name: "responses are called __proto__",
    files: {
      "a.json": withOperation({ responses: proto('{"__proto__":{"description":"a"},"200":{"description":"ok"}}') }),
    },
    wanted: accepted,
  },
  {
    name: "media types are called __proto__",
    files: {
      "a.json": withOperation({
        requestBody: { content: proto('{"__proto__":{"schema":{}},"constructor":{"schema":{}}}') },
      }),
    },
    wanted: accepted,
  },
  {
    name: "headers are called __proto__",
    files: {
      "a.json": withOperation({
        responses: { "200": { description: "ok", headers: proto('{"__proto__":{"schema":{"type":"string"}}}') } },
      }),
    },
    wanted: accepted,
  },
  {
    name: "scopes and schemes are called __proto__",
    files: {
      "a.json": withOperation(
        { security: [proto('{"__proto__":["__proto__"]}'), { constructor: [] }] },
        { components: { securitySchemes: proto('{"__proto__":{"type":"http","scheme":"bearer"}}') } },
      ),
    },
    wanted: accepted,
  },
  {
    name: "a scheme that only a prototype has",
    files: { "a.json": withOperation({ security: [{ toString: [] }] }) },
    wanted: accepted,
  },
  {
    name: "a schema type that only a prototype has",
    files: { "a.json": withSchema({ type: "toString" }) },
    wanted: accepted,
  },
  {
    name: "a format that only a prototype has",
    files: { "a.json": withSchema({ ...string, format: "constructor" }) },
    wanted: accepted,
  },
  {
    name: "a parameter location that only a prototype has",
    files: { "a.json": withOperation({ parameters: [{ name: "a", in: "constructor", schema: string }] }) },
    wanted: accepted,
  },
  {
    name: "a method that only a prototype has",
    files: { "a.json": document({ paths: { "/a": { toString: { responses: ok } } } }) },
    wanted: accepted,
  },
  {
    name: "a discriminator mapping through __proto__",
    files: {
      "a.json": withSchema(
        {
          oneOf: [{ $ref: "#/components/schemas/A" }],
          discriminator: { propertyName: "t", mapping: { a: "#/components/schemas/__proto__", b: "constructor" } },
        },
        { A: object({ t: string }) },
      ),
    },
    wanted: accepted,
  },
  {
    name: "YAML keys __proto__",
    files: {
      "a.yaml":
        "openapi: 3.1.0\ninfo: { title: a, version: '1' }\n__proto__: { polluted: true }\npaths: {}\nx-a:\n  <<: { __proto__: { polluted: true } }\n",
    },
    wanted: accepted,
  },
  {
    name: "requirements are __proto__",
    files: { "a.json": withSchema({ type: "object", required: ["__proto__", "constructor", "toString"] }) },
    wanted: accepted,
  },
  {
    name: "dependencies and patterns are called __proto__",
    files: {
      "a.json": withSchema({
        type: "object",
        ...proto(
          '{"patternProperties":{"__proto__":{"type":"string"}},"dependentRequired":{"__proto__":["a"]},"$defs":{"__proto__":{}}}',
        ),
      }),
    },
    wanted: accepted,
  },
];
