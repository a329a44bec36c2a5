import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cookieText } from "../../runtime/cookie-text.ts";
import { deepQueryText } from "../../runtime/deep-query-text.ts";
import { headerText } from "../../runtime/header-text.ts";
import { checkHeader, checkPath, isCompound, type Style, writePlain } from "../../runtime/parameters.ts";
import { queryText as plainQueryText } from "../../runtime/query-text.ts";
import { reservedQueryText } from "../../runtime/reserved-query-text.ts";
import { styledPathText } from "../../runtime/styled-path-text.ts";

/** The smaller writers do what the larger ones do, as far as they go. */
function queryText(name: string, value: unknown, style: Style): string {
  const text = reservedQueryText(name, value, style)!;
  if (style.allowReserved) return text;
  expect(plainQueryText(name, value, style)).toBe(text);
  if (style.style === "deepObject") expect(deepQueryText(name, value, style)).toBe(text);
  if (style.style === "form" && value !== undefined && !isCompound(value))
    expect(writePlain("query", name, value)).toBe(text);
  return text;
}
function pathText(name: string, value: unknown, style: Style): string {
  const text = styledPathText(name, value, style);
  if (style.style === "simple" && !style.allowReserved && !isCompound(value))
    expect(writePlain("path", name, value)).toBe(text);
  return checkPath(text);
}

const list = ["blue", "black", "br own"];
const colour = { R: 100, G: 200 };

describe("query", () => {
  test.each([
    ["form", true, "", "c="],
    ["form", true, "a b&c=d", "c=a%20b%26c%3Dd"],
    ["form", true, null, "c="],
    ["form", true, undefined, ""],
    ["form", true, 0, "c=0"],
    ["form", true, false, "c=false"],
    ["form", true, new Date(0), "c=1970-01-01T00%3A00%3A00.000Z"],
    ["form", true, list, "c=blue&c=black&c=br%20own"],
    ["form", false, list, "c=blue,black,br%20own"],
    ["form", true, colour, "R=100&G=200"],
    ["form", false, colour, "c=R,100,G,200"],
    ["form", true, [], ""],
    ["form", false, {}, ""],
    ["form", true, [undefined, "x", null], "c=x&c="],
    ["form", true, [{ a: 1 }], "c=%7B%22a%22%3A1%7D"],
    ["spaceDelimited", false, list, "c=blue%20black%20br%20own"],
    ["spaceDelimited", false, colour, "c=R%20100%20G%20200"],
    ["spaceDelimited", true, list, "c=blue&c=black&c=br%20own"],
    ["pipeDelimited", false, list, "c=blue%7Cblack%7Cbr%20own"],
    ["deepObject", true, colour, "c%5BR%5D=100&c%5BG%5D=200"],
    ["deepObject", true, { a: { b: [1, { c: 2 }] } }, "c%5Ba%5D%5Bb%5D%5B0%5D=1&c%5Ba%5D%5Bb%5D%5B1%5D%5Bc%5D=2"],
    ["deepObject", true, ["x"], "c%5B0%5D=x"],
    ["deepObject", true, {}, ""],
    ["deepObject", true, "x", "c=x"],
    ["json", false, { a: [1] }, "c=%7B%22a%22%3A%5B1%5D%7D"],
  ] as const)("%s explode=%s %j", (style, explode, value, wanted) => {
    expect(queryText("c", value, { style, explode })).toBe(wanted);
  });

  test("allowReserved keeps what cannot end the value", () => {
    const style = { style: "form", explode: true, allowReserved: true } as const;
    expect(queryText("c", "a/b?c:d,e;f@g!$'()*&h=i+j#k[l] %", style)).toBe(
      "c=a/b?c:d,e;f@g!$'()*%26h=i%2Bj%23k%5Bl%5D%20%25",
    );
  });

  test.each([
    [Number.NaN, /finite/],
    [Number.POSITIVE_INFINITY, /finite/],
    [() => 1, /function/],
    [Symbol("x"), /symbol/],
    ["\ud800", /surrogate/],
    [new Date(Number.NaN), /invalid Date/],
  ])("refuses %s", (value, wanted) => {
    expect(() => queryText("c", value, { style: "form", explode: true })).toThrow(wanted);
  });

  test("takes a bigint", () => {
    expect(queryText("c", 12n, { style: "form", explode: true })).toBe("c=12");
  });

  test("refuses a cycle", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    expect(() => queryText("c", cycle, { style: "deepObject", explode: true })).toThrow(/cyclic/);
    expect(() => queryText("c", cycle, { style: "json", explode: false })).toThrow(/cyclic/);
  });

  test("any text comes back from the query unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme", minLength: 1 }), (value, name) => {
        const query = new URLSearchParams(queryText(name, value, { style: "form", explode: true }));
        expect([...query]).toEqual([[name, value]]);
      }),
    );
  });
});

describe("path", () => {
  test.each([[list], [colour], [[]], [new Map()]])("a plain value is not %j", (value) => {
    expect(() => writePlain("path", "c", value)).toThrow(/^is an array or object where a plain value is declared$/);
  });

  test.each([
    ["simple", false, "a/b c", "a%2Fb%20c"],
    ["simple", false, list, "blue,black,br%20own"],
    ["simple", false, colour, "R,100,G,200"],
    ["simple", true, colour, "R=100,G=200"],
    ["label", false, 5, ".5"],
    ["label", false, list, ".blue,black,br%20own"],
    ["label", true, list, ".blue.black.br%20own"],
    ["label", true, colour, ".R=100.G=200"],
    ["matrix", false, 5, ";c=5"],
    ["matrix", false, list, ";c=blue,black,br%20own"],
    ["matrix", true, list, ";c=blue;c=black;c=br%20own"],
    ["matrix", true, colour, ";R=100;G=200"],
    ["matrix", false, colour, ";c=R,100,G,200"],
    ["simple", false, "...", "..."],
    ["simple", false, "a..b", "a..b"],
    ["simple", false, "100%", "100%25"],
  ] as const)("%s explode=%s %j", (style, explode, value, wanted) => {
    expect(pathText("c", value, { style, explode })).toBe(wanted);
  });

  test.each([".", "..", "", null, [], {}, "a/../b", "%2e%2e", "%252e%252E", "..\\x", "x/%2e"])(
    "refuses %j",
    (value) => {
      expect(() => pathText("c", value, { style: "simple", explode: false })).toThrow(/dot segment|hole/);
    },
  );

  test("no value reaches outside its segment", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(".", "/", "\\", "%", "2", "e", "E", "5", "f", "?", "#", "a", "@", ":") }),
        (value) => {
          let text: string;
          try {
            text = pathText("c", value, { style: "simple", explode: false });
          } catch {
            return;
          }
          const url = new URL(`https://a.example/v1/${text}/end`);
          expect(url.origin + url.search + url.hash).toBe("https://a.example");
          expect(url.pathname.split("/")).toHaveLength(4);
          expect(decodeURIComponent(url.pathname.split("/")[2]!)).toBe(value);
        },
      ),
    );
  });
});

test.each([
  [list, false, "blue,black,br own"],
  [colour, false, "R,100,G,200"],
  [colour, true, "R=100,G=200"],
  ["x=y", false, "x=y"],
])("header %j explode=%s", (value, explode, wanted) => {
  expect(headerText("c", value, { style: "simple", explode })).toBe(wanted);
});

test("cookie values cannot start another cookie", () => {
  expect(cookieText("c", "a; b=c", { style: "form", explode: true, allowReserved: true })).toBe("c=a%3B%20b=c");
  expect(cookieText("c", ["a", "b"], { style: "form", explode: true })).toBe("c=a; c=b");
});

test.each([
  ["X-A", "a\r\nX-B: 1"],
  ["X-A", "a\nb"],
  ["X-A", "a\0"],
  ["X-A", "€"],
  ["X A", "a"],
  ["X-A:", "a"],
  ["", "a"],
  ["X-A\r\n", "a"],
])("refuses the header %j: %j, and does not show it", (name, value) => {
  expect(() => checkHeader(name, value)).toThrow(/^(?!.*X-B).*(?:token|line break)/);
});
