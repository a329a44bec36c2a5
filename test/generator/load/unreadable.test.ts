import { expect, test } from "vitest";
import { document, refusal } from "./document-in.ts";

const nested = (depth: number): string => ['{"a":'.repeat(depth), "1", "}".repeat(depth)].join("");
const bomb = `openapi: "3.1.0"
info: {title: a, version: "1"}
paths: {}
x-a: &a [1,2,3,4,5,6,7,8,9,10]
x-b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
x-c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
x-d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
x-e: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
`;

test.each<[string, string, string | Uint8Array | object, string, RegExp, [number, number]]>([
  ["empty", "a.json", "", "S002", /empty/, [1, 1]],
  ["blank", "a.yaml", "\n  \n", "S002", /no content/, [1, 1]],
  ["only comments", "a.yaml", "# nothing\n", "S002", /no content/, [1, 1]],
  ["HTML", "a.json", "<!doctype html><p>Sign in", "S002", /HTML/, [1, 1]],
  ["binary", "a.json", new Uint8Array([1, 2, 0, 3]), "S002", /binary/, [1, 1]],
  ["gzip", "a.json", new Uint8Array([0x1f, 0x8b, 8, 0]), "S002", /gzip/, [1, 1]],
  ["UTF-16", "a.json", new Uint8Array([0xff, 0xfe, 0x7b, 0]), "S002", /UTF-16/, [1, 1]],
  ["invalid UTF-8", "a.json", new Uint8Array([0x7b, 0xff, 0x7d]), "S002", /UTF-8/, [1, 1]],
  [
    "truncated JSON",
    "a.json",
    '{"openapi": "3.1.0",\n  "info": {"title": "A',
    "S003",
    /not valid JSON|before it is complete/,
    [2, 21],
  ],
  ["truncated between tokens", "a.json", '{"openapi": "3.1.0",\n "info":', "S003", /before it is complete/, [2, 8]],
  ["wrong JSON", "a.json", '{"openapi": "3.1.0",\n  info: 1}', "S003", /property name/, [2, 3]],
  ["trailing comma", "a.json", '{"openapi": "3.1.0",}', "S003", /property name/, [1, 21]],
  ["text after JSON", "a.json", "{}\n{}", "S003", /after the end/, [2, 1]],
  ["wrong YAML", "a.yaml", 'openapi: "3.1.0"\ninfo: [a\npaths: {}\n', "S003", /./, [3, 1]],
  ["several YAML documents", "a.yaml", "a: 1\n---\nb: 2\n", "S003", /several/, [2, 1]],
  ["unknown YAML tag", "a.yaml", "openapi: !ruby/object 3\n", "S003", /tag/, [1, 10]],
  ["duplicate key in JSON", "a.json", '{"openapi": "3.1.0",\n "openapi": "3.0.0"}', "S004", /twice/, [2, 2]],
  ["duplicate key, escaped", "a.json", '{"a": {"b":1,\n"\\u0062":2}}', "S004", /twice/, [2, 1]],
  ["duplicate key in YAML", "a.yaml", 'openapi: "3.1.0"\ninfo: {}\ninfo: {}\n', "S004", /twice/, [3, 1]],
  ["deep JSON", "a.json", nested(300), "S005", /deeper than 200/, [1, 997]],
  ["deep YAML", "a.yaml", "a: ".concat("[".repeat(300), "]".repeat(300)), "S005", /deeper than 200/, [1, 203]],
  ["alias bomb", "a.yaml", bomb, "S005", /aliases repeat/, [5, 10]],
  ["alias in itself", "a.yaml", "a: &a\n  b: *a\n", "S005", /contains itself/, [2, 6]],
  ["number beyond JSON", "a.yaml", "a: .inf\n", "S005", /number/, [1, 1]],
  ["scalar root", "a.yaml", "Not Found\n", "S006", /plain text/, [1, 1]],
  ["list root", "a.json", "[]", "S006", /a list/, [1, 1]],
  ["null root", "a.json", "null", "S006", /empty/, [1, 1]],
  ["no version", "a.json", { paths: {} }, "S006", /neither openapi nor swagger/, [1, 1]],
  ["no paths", "a.json", { openapi: "3.0.0", info: {} }, "S006", /no paths/, [2, 3]],
  ["paths is a list", "a.json", { openapi: "3.0.0", paths: [] }, "S006", /not an object/, [3, 3]],
  ["version from the future", "a.json", { openapi: "4.0.0", paths: {} }, "S007", /4\.0\.0/, [2, 3]],
  ["swagger 1.2", "a.json", { swagger: "1.2", paths: {} }, "S007", /1\.2/, [2, 3]],
  ["swagger 3.0", "a.json", { swagger: "3.0", paths: {} }, "S007", /3\.0/, [2, 3]],
])("%s is refused with one located finding and a fix", async (_, name, content, code, message, [line, column]) => {
  const found = await refusal({ [name]: content });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ file: name, code, severity: "error", line, column });
  expect(found[0]?.message).toMatch(message);
  expect(found[0]?.fix).toBeTruthy();
});

test("a missing file and a folder are refused by name", async () => {
  const { loadDocument } = await import("../../../generator/load/document.ts");
  await expect(loadDocument("nowhere.json", { cwd: "/" })).rejects.toThrow(/nowhere\.json:1:1 error S001/);
  await expect(loadDocument(".", { cwd: import.meta.dirname })).rejects.toThrow(/S001 this is not a regular file/);
});

test("control and bidirectional characters of the document do not reach a message", async () => {
  const [found] = await refusal({ "a.json": document({ openapi: "9\u001b[31m\u202e" }) });
  expect(found?.message).toContain("\\u001b[31m\\u202e");
  expect(/\p{Cc}|\p{Cf}/u.test(found?.message ?? "")).toBe(false);
});

test("strict turns warnings into a refusal", async () => {
  const files = {
    "a.json": document({ paths: { "/a/{id}": { get: { responses: { "200": { description: "" } } } } } }),
  };
  expect(await refusal(files, true)).toMatchObject([{ code: "S022", severity: "error", line: 9 }]);
});
