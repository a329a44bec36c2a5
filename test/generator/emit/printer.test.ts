import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { data } from "../../../generator/emit/data.ts";
import {
  block,
  type Code,
  code,
  comment,
  declaration,
  ident,
  join,
  list,
  lit,
  num,
  plainType,
  propertyKey,
  propertyName,
  symbol,
  typeDeclarations,
  union,
} from "../../../generator/emit/printer.ts";
import { header, renderFile } from "../../../generator/emit/render.ts";
import { scanEmitted } from "../../../generator/emit/scan.ts";
import { feature } from "../../../generator/model.ts";
import { runs } from "../../runs.ts";

function print(body: Code): string {
  const file = renderFile(body);
  scanEmitted("test.ts", file);
  return file.text.slice(header.length).trim();
}

describe("lit", () => {
  test.each([
    ["plain", '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ["\u2028\u2029", '"\\u2028\\u2029"'],
    ["</script>", '"\\u003c/script>"'],
    ["\u202eabc\u200b\ufeff\u00ad", '"\\u202eabc\\u200b\\ufeff\\u00ad"'],
    ["\ud800", '"\\ud800"'],
    ["\u{e0041}", '"\\udb40\\udc41"'],
    ["\u0000\u007f\u0085", '"\\u0000\\u007f\\u0085"'],
    ["grün 日本 😀", '"grün 日本 😀"'],
    ["`${x}`", '"`${x}`"'],
  ])("%j is %s", (value, wanted) => expect(print(code`${lit(value)};`)).toBe(`${wanted};`));

  test("any string comes back from its literal, and hides nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const printed = print(code`x = ${lit(value)};`).slice(4, -1);
        expect(JSON.parse(printed)).toBe(value);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
        expect(printed).not.toMatch(/[\u0000-\u001f\u007f-\u00a0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff<]/);
      }),
      { numRuns: runs(300) },
    );
  }, 60_000);
});

describe("names", () => {
  test.each(["charge", "$1", "_", "Charge2"])("%s is printed", (name) =>
    expect(print(code`${ident(name)};`)).toBe(`${name};`),
  );
  test.each(["", "1a", "a-b", "a b", "class", "await", "eval", "é", "a\u200bb", "a;b", "x\n", "null"])(
    "%j is refused",
    (name) => expect(() => ident(name)).toThrow("internal error"),
  );
  test.each([
    ["a", "a"],
    ["class", "class"],
    ["x-y", '"x-y"'],
    ["1", '"1"'],
    ["", '""'],
    ["a\u2028", '"a\\u2028"'],
  ])("property %j is %s", (name, wanted) => {
    expect(print(code`x = { ${propertyKey(name)}: 1 };`)).toBe(`x = { ${wanted}: 1 };`);
    expect(print(code`type X = { ${propertyName(name)}: 1 };`)).toBe(`type X = { ${wanted}: 1 };`);
  });
  test("__proto__ is computed in an object, so that it sets no prototype", () =>
    expect(print(code`x = ${data(JSON.parse('{"__proto__":1}'))};`)).toBe('x = { ["__proto__"]: 1 };'));
  test.each(["string", "string | null", "Blob | ArrayBuffer"])("plain type %s", (type) =>
    expect(print(code`${plainType(type)};`)).toBe(`${type};`),
  );
  test.each(['"a"', "a; b", "Promise<any>", "{}"])("plain type %s is refused", (type) =>
    expect(() => plainType(type)).toThrow("internal error"),
  );
});

describe("comment", () => {
  test.each<[string, Parameters<typeof comment>[0], string]>([
    ["one line", ["Text."], "/** Text. */"],
    ["several", ["a\nb"], "/**\n * a\n * b\n */"],
    ["nothing", ["", " \n "], ""],
    ["an end", ["*/ alert()"], "/** *\\/ alert() */"],
    ["a hidden end", ["*\u200b/ alert()"], "/** *\\/ alert() */"],
    ["a tag", ["@ts-ignore {@link x} a@b.c"], "/** \\@ts-ignore {\\@link x} a@b.c */"],
    [
      "own tags",
      ["x", { tag: "default", text: "1" }, { tag: "deprecated" }],
      "/**\n * x\n * @default 1\n * @deprecated\n */",
    ],
    ["line separators", ["a\u2028b\u0085c\rd"], "/**\n * a\n * b\n * c\n * d\n */"],
    ["bidi", ["a\u202eb"], "/** ab */"],
    ["a lone slash", ["/"], "/** / */"],
  ])("%s", (_, lines, wanted) => expect(print(code`${comment(lines)}x;`)).toBe(wanted === "" ? "x;" : `${wanted}\nx;`));

  test("any text stays inside", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("*", "/", "\\", "@", "\n", "\u2028", "a", "\u200b", " ") }),
        (value) => {
          expect(() => print(code`${comment([value])}x;`)).not.toThrow();
        },
      ),
      { numRuns: runs(300) },
    );
  });
});

describe("what cannot be printed", () => {
  test("text that did not come from the printer", () => {
    expect(() => code`${"alert()" as unknown as Code}`).toThrow();
    expect(() => code`${{ parts: ["alert()"] } as unknown as Code}`).toThrow();
    expect(() => code(Object.assign(["alert()"], { raw: ["alert()"] }))).toThrow("template tag");
  });
  test.each([Number.NaN, Number.POSITIVE_INFINITY, "1" as unknown as number])("the number %s", (value) =>
    expect(() => num(value)).toThrow("internal error"),
  );
  test.each([
    "export const x = 1;",
    "alert();",
    "export type X = 1; alert();",
    "interface X {}",
    "export interface X {",
    "export default 1;",
  ])("declarations that are not only exported types: %s", (source) =>
    expect(() => typeDeclarations(source, [], [])).toThrow("internal error"),
  );
  test("functions and cycles as data", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => data(() => 1)).toThrow("internal error");
    expect(() => data(cycle)).toThrow("too deeply");
  });
});

describe("layout", () => {
  const long = Array.from({ length: 30 }, (_, i) => `value${i}`);
  test("what fits stands on one line, what does not one item a line", () => {
    expect(print(code`x = ${data({ a: [1, 2], b: { c: null } })};`)).toBe("x = { a: [1, 2], b: { c: null } };");
    const printed = print(code`x = ${data({ a: long })};`);
    expect(printed).toContain('x = {\n  a: [\n    "value0",\n');
    expect(printed).toMatch(/"value29",\n {2}\],\n\};$/);
  });
  test("unions break before each bar, type arguments end without a comma, lone arguments hug", () => {
    expect(print(code`type X = ${union(long.map((value) => lit(value)))};`)).toContain(
      'type X =\n  | "value0"\n  | "value1"',
    );
    expect(print(code`x = f${list("<>", long.map(ident))};`)).toMatch(/value29\n>;$/);
    expect(print(code`f${list("()", [data({ long })])};`)).toMatch(/^f\(\{\n {2}long: \[\n {4}"value0",/);
  });
  test("blocks are indented below their template", () => {
    const inner = block([code`${comment(["Doc", "more"])}a: 1;`, code`b: ${block([code`c: 2;`])};`]);
    expect(print(code`interface X ${inner}`)).toBe(
      "interface X {\n  /**\n   * Doc\n   * more\n   */\n  a: 1;\n  b: {\n    c: 2;\n  };\n}",
    );
    expect(print(code`function f() {\n  return ${data(long)};\n}`)).toMatch(
      /^function f\(\) \{\n {2}return \[\n {4}"value0",\n[\s\S]*\n {2}\];\n\}$/,
    );
  });
});

describe("imports", () => {
  const value = (name: string, from: string) => symbol({ name, from, type: false });
  const type = (name: string, from: string) => symbol({ name, from, type: true });
  test.each<[string, Code, string]>([
    ["a mention makes it", code`${value("a", "./x.ts")};`, 'import { a } from "./x.ts";\n\na;'],
    ["types alone are `import type`", code`${type("B", "pkg")};`, 'import type { B } from "pkg";\n\nB;'],
    [
      "packages come first, names in order",
      code`${value("b", "./x.ts")}${type("A", "./x.ts")}${value("c", "pkg")};`,
      'import { c } from "pkg";\nimport { type A, b } from "./x.ts";\n\nbAc;',
    ],
    [
      "a value wins over its type",
      code`${type("a", "./x.ts")}${value("a", "./x.ts")};`,
      'import { a } from "./x.ts";\n\naa;',
    ],
    [
      "a declared name keeps its name",
      code`const ${declaration("Call")} = ${type("Call", "pkg")};`,
      'import type { Call as Call_ } from "pkg";\n\nconst Call = Call_;',
    ],
    [
      "own files win over packages",
      code`${type("Call", "./a.ts")}, ${type("Call", "pkg")};`,
      'import type { Call as Call_ } from "pkg";\nimport type { Call } from "./a.ts";\n\nCall, Call_;',
    ],
    [
      "reserved words get another name",
      code`${value("null", "zod")};`,
      'import { null as null_ } from "zod";\n\nnull_;',
    ],
    [
      "whole modules",
      code`${symbol({ name: "T", from: "./t.ts", type: true, whole: true })}.X;`,
      'import type * as T from "./t.ts";\n\nT.X;',
    ],
    [
      "features of the runtime",
      data({ use: feature("linkPages") }),
      'import { linkPages } from "@couplet/runtime/codegen/v1";\n\n{ use: linkPages }',
    ],
  ])("%s", (_, body, wanted) => expect(print(body)).toBe(wanted));
  test("a path that is not one is refused", () =>
    expect(() => print(join([value("a", 'x"; alert(); "')], ""))).toThrow("internal error"));
});
