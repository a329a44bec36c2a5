import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emitPackage } from "../../../generator/emit/package.ts";
import { type EmittedFile, type ForeignSpan, scanEmitted } from "../../../generator/emit/scan.ts";
import { emitVersion } from "../../../generator/emit/version.ts";
import type { VersionPlan } from "../../../generator/model.ts";
import { runs } from "../../runs.ts";
import { syntaxErrors } from "./emit-fixture.ts";
import { fixturePlan } from "./fixture-plan.ts";
import { hostile } from "./fixture-schemas.ts";

function span(source: string, found: string, as: ForeignSpan["as"]): ForeignSpan {
  const start = source.indexOf(found);
  return { start, end: start + found.length, as };
}

describe("foreign text must be one token", () => {
  test.each<[string, string, string, ForeignSpan["as"]]>([
    ["a literal", 'x = "a";', '"a"', "literal"],
    ["a comment", "/** a */ x;", "/** a */", "comment"],
    ["a name", "const a = 1;", "a", "identifier"],
    ["a reserved property", "x = { delete: 1 };", "delete", "property"],
  ])("%s passes", (_, text, found, as) =>
    expect(() => scanEmitted("x.ts", { text, check: "code", foreign: [span(text, found, as)] })).not.toThrow(),
  );
  test.each<[string, string, string, ForeignSpan["as"]]>([
    ["a literal that ends early", 'x = "a"+b+"c";', '"a"+b+"c"', "literal"],
    ["a literal inside another", 'x = "abc";', "b", "literal"],
    ["a literal that is a name", "x = a;", "a", "literal"],
    ["a comment that ends early", "/** a */b/** c */", "/** a */b/** c */", "comment"],
    ["a line comment", "// a\nx;", "// a", "comment"],
    ["two names", "x = a.b;", "a.b", "identifier"],
    ["a name that is reserved", "x = delete a;", "delete", "identifier"],
    ["a property that is a literal", 'x = { "a": 1 };', '"a"', "property"],
    ["a part of a name", "const abc = 1;", "b", "identifier"],
  ])("%s fails", (_, text, found, as) =>
    expect(() => scanEmitted("x.ts", { text, check: "code", foreign: [span(text, found, as)] })).toThrow(
      /internal error: x\.ts/,
    ),
  );
  test("a span behind the end fails", () =>
    expect(() =>
      scanEmitted("x.ts", { text: "x;", check: "code", foreign: [{ start: 5, end: 6, as: "literal" }] }),
    ).toThrow("outside"));
  test.each(["x = `a`;", "x = `a${b}`;", "x = /a/;", 'x = "a', "/* a", "x = a / b;", "@a class X {}", "<<<<<<< a\n"])(
    "%j is never generated",
    (text) => expect(() => scanEmitted("x.ts", { text, check: "code" })).toThrow("internal error"),
  );
});

describe("a file of types holds nothing else", () => {
  test.each([
    "export interface A { b: { c: 1 }; }\nexport type B = { a: 1 } | [2];\n",
    'import type { A } from "./a.ts";\n/** x */\nexport type B = A;',
    "export type {};",
  ])("%j passes", (text) => expect(() => scanEmitted("schema.ts", { text, check: "types" })).not.toThrow());
  test.each([
    "export const a = 1;",
    'import { a } from "b";',
    "alert();",
    "export type A = 1; alert();",
    "export interface A {} alert();",
    "export interface A {",
    "declare global {}",
    "}",
    "export type A = `x`;",
  ])("%j fails", (text) => expect(() => scanEmitted("schema.ts", { text, check: "types" })).toThrow("internal error"));
});

/** Every string of the plan that a document or a policy controls freely, replaced. */
function poison(plan: VersionPlan, next: () => string): VersionPlan {
  const swap = (value: unknown): unknown => {
    if (value === hostile) return next();
    if (typeof value === "string") return value.includes(hostile) ? value.replace(hostile, next) : value;
    if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, swap(member)]));
    if (Array.isArray(value)) return value.map(swap);
    if (typeof value !== "object" || value === null || Object.getOwnPropertySymbols(value).length > 0) return value;
    const copy = Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key === hostile ? next() : key, swap(member)]),
    );
    for (const key of ["summary", "docs", "pattern", "default", "url", "env", "contentType"]) {
      if (typeof copy[key] === "string") copy[key] = next();
    }
    return copy;
  };
  return swap(plan) as VersionPlan;
}

const pieces = [
  "CANARY()",
  "*/",
  "/*",
  '"',
  "'",
  "`",
  "${CANARY()}",
  "\\",
  "\n",
  "\r",
  "\u2028",
  "</script>",
  "\u202e",
  "\u200b",
  "\ud800",
  "//",
  "@ts-ignore",
  "}",
  "{",
  ";",
  "a",
  " ",
  "__proto__",
  "<!--",
  "export ",
  "\\u0022",
  "]]",
  "|",
  "#",
  "![x](http://x)",
];
const attack = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(""));

function outsideTokens(file: EmittedFile): string {
  let rest = "";
  let at = 0;
  for (const one of file.foreign ?? []) {
    rest += file.text.slice(at, one.start);
    at = one.end;
  }
  return rest + file.text.slice(at);
}

test("hostile strings in every field never leave their token, and every file still parses", () => {
  fc.assert(
    fc.property(fc.infiniteStream(attack), (stream) => {
      const plan = poison(fixturePlan(), () => stream.next().value);
      const files = new Map([
        ...emitVersion(plan),
        ...emitPackage({
          provider: plan.provider,
          scope: "@connectors",
          release: "0.0.0",
          versions: [plan],
          runtimeRange: "0.1.0",
          hashes: {},
        }),
      ]);
      for (const [path, file] of files) {
        scanEmitted(path, file);
        if (file.check === "code" || file.check === "types") expect(syntaxErrors(path, file.text)).toEqual([]);
        if (file.check === "code" && /^(?:connector|index|mocks|validators)/.test(path))
          expect(outsideTokens(file)).not.toContain("CANARY");
        expect(file.text, path).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029\ud800](?![\udc00-\udfff])/);
      }
    }),
    { numRuns: runs(25) },
  );
}, 60_000);
