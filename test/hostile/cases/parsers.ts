/** T13: what parsers read differently: duplicate keys, YAML 1.1 words, marks, encodings, numbers, what is no document. */
import { accepted, document, type HostileCase, object, refused, withOperation, withSchema } from "../hostile-case.ts";

const head = 'openapi: 3.1.0\ninfo: { title: Words, version: "1" }\n';
const yaml = (body: string): Record<string, string> => ({ "openapi.yaml": head + body });
const json = JSON.stringify(withOperation({}));
const pretty = JSON.stringify(withSchema(object({ id: { type: "string" } })), null, 2);

const wholePaths = "paths: {}\n";
const enumOf = (values: string): string =>
  `${wholePaths.replace("{}", "")}  /a: { get: { operationId: getA, responses: { "200": { description: ok, content: { application/json: { schema: { type: object, properties: { a: { enum: ${values} } } } } } } } } }\n`;

/** Cuts of one document at every kind of place; none of them is a document. */
const truncations: readonly HostileCase[] = [
  ["in the first key", 5],
  ["after a colon", pretty.indexOf(":") + 1],
  ["in a string", pretty.indexOf("Hostile") + 3],
  ["after a comma", pretty.indexOf(",") + 1],
  ["after a brace", pretty.indexOf("{", 10) + 1],
  ["after a bracket", pretty.lastIndexOf("{") + 1],
  ["in a number of a status", pretty.indexOf('"200"') + 2],
  ["before the last brace", pretty.lastIndexOf("}")],
].map(([where, at]) => ({
  name: `JSON cut ${where}`,
  files: { "openapi.json": pretty.slice(0, at as number) },
  wanted: refused("S003"),
}));

export const parsers: readonly HostileCase[] = [
  ...truncations,
  {
    name: "JSON with a duplicate key",
    files: { "a.json": '{"openapi":"3.1.0",\n"paths":{},\n"paths":{"/a":{}}}' },
    wanted: refused("S004", 3),
  },
  {
    name: "JSON with a duplicate key by escapes",
    files: { "a.json": '{"openapi":"3.1.0",\n"paths":{},\n"p\\u0061ths":{"/a":{}}}' },
    wanted: refused("S004", 3),
  },
  {
    name: "JSON with a duplicate __proto__",
    files: { "a.json": '{"openapi":"3.1.0","paths":{},\n"__proto__":{},\n"__proto__":{}}' },
    wanted: refused("S004", 3),
  },
  { name: "YAML with a duplicate key", files: yaml("paths: {}\npaths: { /a: {} }\n"), wanted: refused("S004", 4) },
  {
    name: "YAML with a duplicate quoted key",
    files: yaml(`paths: {}\n"p\\u0061ths": {}\n`),
    wanted: refused("S004", 4),
  },
  {
    name: 'YAML with a duplicate response 200 and "200"',
    files: yaml(
      'paths:\n  /a:\n    get:\n      responses:\n        200: { description: a }\n        "200": { description: b }\n',
    ),
    wanted: refused("S004", 8),
  },
  {
    name: "YAML 1.1 words stay text",
    files: yaml(enumOf("[yes, no, on, off, y, n, Yes, NO, ~x]")),
    wanted: { accepted: true, has: { "openapi.json": '"no"' } },
  },
  {
    name: "YAML country code NO stays text",
    files: yaml(enumOf("[NO, SE, DK]")),
    wanted: { accepted: true, has: { "openapi.json": '"NO"' } },
  },
  {
    name: "YAML sexagesimal numbers stay text",
    files: yaml(enumOf('["a", 22:22, 1:30:00]')),
    wanted: { accepted: true, has: { "openapi.json": '"22:22"' } },
  },
  {
    name: "YAML old octal is decimal",
    files: yaml(enumOf("[0777, 0o17, 0x1f]")),
    wanted: { accepted: true, has: { "openapi.json": "777" } },
  },
  {
    name: "YAML dates stay text",
    files: yaml(enumOf("[2022-11-15, 2001-12-14t21:59:43.10-05:00]")),
    wanted: { accepted: true, has: { "openapi.json": '"2022-11-15"' } },
  },
  { name: "YAML nulls", files: yaml(enumOf("[null, ~, Null, NULL, a]")), wanted: accepted },
  {
    name: "YAML version 1.10 stays text",
    files: { "a.yaml": "openapi: 3.1.0\ninfo: { title: a, version: 1.10 }\npaths: {}\n" },
    wanted: { accepted: true, has: { "openapi.json": '"1.10"' } },
  },
  {
    name: "YAML unquoted 3.0 as version",
    files: { "a.yaml": "openapi: 3.0\ninfo: { title: a, version: 1 }\npaths: {}\n" },
    wanted: accepted,
  },
  {
    name: "YAML merge keys are applied",
    files: yaml('x-base: &base { description: ok }\npaths: { /a: { get: { responses: { "200": { <<: *base } } } } }\n'),
    wanted: accepted,
  },
  { name: "YAML merge of a text", files: yaml("paths: { <<: text }\n"), wanted: refused("S003", 3) },
  {
    name: "YAML merge chains",
    files: yaml(
      `${Array.from({ length: 30 }, (_, n) => `x-${n}: &m${n} { ${n === 0 ? "" : `<<: [*m${n - 1}, *m${n - 1}], `}k${n}: 1 }\n`).join("")}paths: {}\n`,
    ),
    wanted: accepted,
  },
  {
    name: "YAML tags that make objects",
    files: yaml("x-a: !!js/function 'function () { zq_canary() }'\npaths: {}\n"),
    wanted: refused("S003", 3),
  },
  {
    name: "YAML tags of another language",
    files: yaml("x-a: !ruby/object:Gem::Installer {}\npaths: {}\n"),
    wanted: refused("S003", 3),
  },
  { name: "YAML binary and set tags", files: yaml("x-a: !!binary aGVsbG8=\npaths: {}\n"), wanted: refused("S003", 3) },
  { name: "YAML anchors that are not there", files: yaml("x-a: *nowhere\npaths: {}\n"), wanted: refused("S003", 3) },
  { name: "YAML with a directive", files: { "a.yaml": `%YAML 1.1\n---\n${head}paths: {}\n` }, wanted: accepted },
  { name: "YAML with complex keys", files: yaml("x-a: { ? [a, b] : c }\npaths: {}\n"), wanted: refused("S003") },
  { name: "YAML with tabs", files: yaml("paths:\n\t/a: {}\n"), wanted: refused("S003", 4) },
  { name: "YAML in several documents", files: yaml("paths: {}\n---\nopenapi: 3.1.0\n"), wanted: refused("S003", 4) },
  { name: "YAML with a control character", files: yaml('x-a: "a\u0001b"\npaths: {}\n'), wanted: refused("S003", 3) },
  {
    name: "YAML with the line break of another time",
    files: yaml("paths: {}\nx-a: a\u0085b\u2028c\n"),
    wanted: accepted,
  },
  {
    name: "YAML cut in a string",
    files: { "a.yaml": 'openapi: 3.1.0\ninfo: { title: "Host' },
    wanted: refused("S003", 2),
  },
  {
    name: "YAML cut in a flow map",
    files: { "a.yaml": "openapi: 3.1.0\ninfo: { title: a,\n" },
    wanted: refused("S003"),
  },
  { name: "YAML cut in a block", files: { "a.yaml": `${head}paths:\n  /a:\n    get:` }, wanted: accepted },
  { name: "JSON behind a byte order mark", files: { "a.json": `\ufeff${json}` }, wanted: accepted },
  { name: "YAML behind a byte order mark", files: { "a.yaml": `\ufeff${head}paths: {}\n` }, wanted: accepted },
  { name: "two byte order marks", files: { "a.json": `\ufeff\ufeff${json}` }, wanted: refused("S003", 1) },
  {
    name: "UTF-16 little endian",
    files: { "a.json": Buffer.from(`\ufeff${json}`, "utf16le") },
    wanted: refused("S002", 1),
  },
  { name: "UTF-16 without a mark", files: { "a.json": Buffer.from(json, "utf16le") }, wanted: refused("S002", 1) },
  {
    name: "UTF-16 big endian",
    files: { "a.json": Buffer.from(`\ufeff${json}`, "utf16le").swap16() },
    wanted: refused("S002", 1),
  },
  {
    name: "Latin 1",
    files: { "a.json": Buffer.from(json.replace("Hostile", "H\u00f6stile"), "latin1") },
    wanted: refused("S002", 1),
  },
  {
    name: "overlong UTF-8",
    files: { "a.json": Buffer.concat([Buffer.from('{"openapi":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]) },
    wanted: refused("S002", 1),
  },
  {
    name: "HTML of a login page",
    files: { "a.json": "<!DOCTYPE html><html><script>zq_canary()</script></html>" },
    wanted: refused("S002", 1),
  },
  {
    name: "XML",
    files: { "a.yaml": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>' },
    wanted: refused("S002", 1),
  },
  {
    name: "an answer in JSON instead of the document",
    files: { "a.json": '{"message":"Not Found"}' },
    wanted: refused("S006", 1),
  },
  { name: "plain text", files: { "a.yaml": "404: Not Found\n" }, wanted: refused("S006", 1) },
  { name: "a number", files: { "a.json": "3.1" }, wanted: refused("S006", 1) },
  { name: "nothing", files: { "a.json": "" }, wanted: refused("S002", 1) },
  { name: "gzip", files: { "a.json": new Uint8Array([0x1f, 0x8b, 8, 0, 0]) }, wanted: refused("S002", 1) },
  {
    name: "JSON with comments",
    files: { "a.json": '{\n// zq_canary\n"openapi":"3.1.0"}' },
    wanted: refused("S003", 2),
  },
  { name: "JSON with single quotes", files: { "a.json": "{'openapi':'3.1.0'}" }, wanted: refused("S003", 1) },
  {
    name: "JSON with NaN",
    files: { "a.json": '{"openapi":"3.1.0","paths":{},\n"x-a":NaN}' },
    wanted: refused("S003", 2),
  },
  {
    name: "JSON with a lone surrogate",
    files: { "a.json": '{"openapi":"3.1.0","info":{"title":"\\ud800","version":"1"},"paths":{}}' },
    wanted: accepted,
  },
  {
    name: "JSON with a NUL escape",
    files: { "a.json": '{"openapi":"3.1.0","info":{"title":"a\\u0000b","version":"1"},"paths":{}}' },
    wanted: accepted,
  },
  { name: "two versions at once", files: { "a.json": { ...document({}), swagger: "2.0" } }, wanted: accepted },
  { name: "openapi is a list", files: { "a.json": { openapi: ["3.1.0"], paths: {} } }, wanted: refused("S007") },
  { name: "openapi is __proto__", files: { "a.json": { openapi: "__proto__", paths: {} } }, wanted: refused("S007") },
  { name: "paths is text", files: { "a.json": { openapi: "3.1.0", info: {}, paths: "/a" } }, wanted: refused("S006") },
];
