/**
 * Every style, explode and location, as the bytes that arrive at a socket. The rows of the first tables are the style
 * examples of OpenAPI (3.1.1, 4.8.12.4 and 3.2.0, style `cookie`); where 3.1.0 and 3.1.1 differ (label), the later holds.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Parameter, ParameterLocation, ParameterStyle } from "../../runtime/descriptor.ts";
import { startWire, type Wire } from "./serialization.ts";

let wire: Wire;
beforeAll(async () => {
  wire = await startWire();
});
afterAll(() => wire.close());

type Options = Partial<Parameter>;

/** What stands for the parameter on the wire; undefined: nothing is sent. */
async function sent(location: ParameterLocation, value: unknown, options: Options = {}): Promise<string | undefined> {
  const name = options.name ?? "color";
  const path = location === "path" ? `/p/{${name}}/end` : "/p";
  const arrived = await wire.send({ path, parameters: [{ ...options, name, in: location }] }, { [name]: value });
  const { url, headers } = arrived;
  if (location === "header") return headers[name] as string | undefined;
  if (location === "cookie") return headers.cookie;
  if (location === "query") return url === "/p" ? undefined : url.slice("/p?".length);
  expect(url.startsWith("/p/") && url.endsWith("/end"), url).toBe(true);
  return url.slice("/p/".length, -"/end".length);
}

const blue = "blue";
const list = ["blue", "black", "brown"];
const map = { R: 100, G: 200, B: 150 };

describe("the specification's own examples", () => {
  test.each<[ParameterLocation, ParameterStyle, boolean, unknown, string]>([
    ["path", "matrix", false, "", ";color"],
    ["path", "matrix", false, blue, ";color=blue"],
    ["path", "matrix", false, list, ";color=blue,black,brown"],
    ["path", "matrix", false, map, ";color=R,100,G,200,B,150"],
    ["path", "matrix", true, "", ";color"],
    ["path", "matrix", true, blue, ";color=blue"],
    ["path", "matrix", true, list, ";color=blue;color=black;color=brown"],
    ["path", "matrix", true, map, ";R=100;G=200;B=150"],
    ["path", "label", false, blue, ".blue"],
    ["path", "label", false, list, ".blue,black,brown"],
    ["path", "label", false, map, ".R,100,G,200,B,150"],
    ["path", "label", true, blue, ".blue"],
    ["path", "label", true, list, ".blue.black.brown"],
    ["path", "label", true, map, ".R=100.G=200.B=150"],
    ["path", "simple", false, blue, "blue"],
    ["path", "simple", false, list, "blue,black,brown"],
    ["path", "simple", false, map, "R,100,G,200,B,150"],
    ["path", "simple", true, blue, "blue"],
    ["path", "simple", true, list, "blue,black,brown"],
    ["path", "simple", true, map, "R=100,G=200,B=150"],
    ["header", "simple", false, blue, "blue"],
    ["header", "simple", false, list, "blue,black,brown"],
    ["header", "simple", false, map, "R,100,G,200,B,150"],
    ["header", "simple", true, blue, "blue"],
    ["header", "simple", true, list, "blue,black,brown"],
    ["header", "simple", true, map, "R=100,G=200,B=150"],
    ["query", "form", false, "", "color="],
    ["query", "form", false, blue, "color=blue"],
    ["query", "form", false, list, "color=blue,black,brown"],
    ["query", "form", false, map, "color=R,100,G,200,B,150"],
    ["query", "form", true, "", "color="],
    ["query", "form", true, blue, "color=blue"],
    ["query", "form", true, list, "color=blue&color=black&color=brown"],
    ["query", "form", true, map, "R=100&G=200&B=150"],
    ["query", "spaceDelimited", false, list, "color=blue%20black%20brown"],
    ["query", "spaceDelimited", false, map, "color=R%20100%20G%20200%20B%20150"],
    ["query", "pipeDelimited", false, list, "color=blue%7Cblack%7Cbrown"],
    ["query", "pipeDelimited", false, map, "color=R%7C100%7CG%7C200%7CB%7C150"],
    ["query", "deepObject", true, map, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"],
    ["cookie", "form", false, "", "color="],
    ["cookie", "form", false, blue, "color=blue"],
    ["cookie", "form", false, list, "color=blue,black,brown"],
    ["cookie", "form", false, map, "color=R,100,G,200,B,150"],
    ["cookie", "cookie", false, "", "color="],
    ["cookie", "cookie", false, blue, "color=blue"],
    ["cookie", "cookie", false, list, "color=blue,black,brown"],
    ["cookie", "cookie", false, map, "color=R,100,G,200,B,150"],
    ["cookie", "cookie", true, blue, "color=blue"],
    ["cookie", "cookie", true, list, "color=blue; color=black; color=brown"],
    ["cookie", "cookie", true, map, "R=100; G=200; B=150"],
  ])("%s %s explode=%s %j", async (location, style, explode, value, wanted) => {
    expect(await sent(location, value, { style, explode })).toBe(wanted);
  });

  test.each<[ParameterLocation, unknown, string]>([
    ["path", map, "R,100,G,200,B,150"],
    ["header", map, "R,100,G,200,B,150"],
    ["query", map, "R=100&G=200&B=150"],
    ["cookie", list, "color=blue; color=black; color=brown"],
  ])("defaults of style and explode in %s", async (location, value, wanted) => {
    expect(await sent(location, value)).toBe(wanted);
  });
});

// What the specification leaves open or calls not applicable.
const deep = { name: { first: "Ada" }, tags: ["a", { b: [1, [2]] }], none: undefined, nil: null, empty: {} };
const deepText = "color[name][first]=Ada&color[tags][0]=a&color[tags][1][b][0]=1&color[tags][1][b][1][0]=2&color[nil]=";
const holes = [undefined, "a", null, ""];

describe("the rest of the matrix", () => {
  test.each<[ParameterLocation, ParameterStyle, boolean, unknown, string | undefined]>([
    ["query", "form", true, null, "color="],
    ["query", "form", true, undefined, undefined],
    ["query", "form", true, [], undefined],
    ["query", "form", false, [], undefined],
    ["query", "form", true, {}, undefined],
    ["query", "form", false, { a: undefined }, undefined],
    ["query", "form", true, holes, "color=a&color=&color="],
    ["query", "form", false, holes, "color=a,,"],
    ["query", "form", true, { a: null, b: "", c: undefined }, "a=&b="],
    ["query", "form", true, [{ a: 1 }], "color=%7B%22a%22%3A1%7D"],
    ["query", "form", true, { a: { b: 1 } }, "a=%7B%22b%22%3A1%7D"],
    ["query", "form", false, ["a,b", "c"], "color=a%2Cb,c"],
    ["query", "form", true, true, "color=true"],
    ["query", "form", true, -0.5e-7, "color=-5e-8"],
    ["query", "spaceDelimited", false, ["a b", "c"], "color=a%20b%20c"],
    ["query", "spaceDelimited", false, blue, "color=blue"],
    ["query", "spaceDelimited", false, [], undefined],
    ["query", "spaceDelimited", true, list, "color=blue&color=black&color=brown"],
    ["query", "spaceDelimited", true, map, "R=100&G=200&B=150"],
    ["query", "pipeDelimited", false, {}, undefined],
    ["query", "pipeDelimited", true, list, "color=blue&color=black&color=brown"],
    ["query", "deepObject", true, deep, encodeBrackets(deepText)],
    ["query", "deepObject", false, { R: 1 }, "color%5BR%5D=1"],
    ["query", "deepObject", true, { lt: 5, gte: "2026-01-01" }, "color%5Blt%5D=5&color%5Bgte%5D=2026-01-01"],
    ["query", "deepObject", true, list, "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown"],
    ["query", "deepObject", true, {}, undefined],
    ["query", "deepObject", true, blue, "color=blue"],
    ["query", "deepObject", true, null, "color="],
    ["query", "json", false, { a: [1, "ü&="] }, "color=%7B%22a%22%3A%5B1%2C%22%C3%BC%26%3D%22%5D%7D"],
    ["query", "json", false, [], "color=%5B%5D"],
    ["query", "json", false, {}, "color=%7B%7D"],
    ["query", "json", false, null, "color=null"],
    ["query", "json", false, "", "color=%22%22"],
    ["query", "json", false, undefined, undefined],
    ["path", "matrix", true, null, ";color"],
    ["path", "matrix", true, ["a", "", "b"], ";color=a;color;color=b"],
    ["path", "matrix", true, { a: "", b: 1 }, ";a;b=1"],
    ["path", "matrix", true, { a: { b: 1 } }, ";a=%7B%22b%22%3A1%7D"],
    ["path", "label", true, ["a", "b"], ".a.b"],
    ["path", "simple", false, ["a", "", undefined, "b"], "a,,b"],
    ["path", "simple", false, ["a,b", "c/d"], "a%2Cb,c%2Fd"],
    ["path", "simple", true, { "k=/": "v,?" }, "k%3D%2F=v%2C%3F"],
    ["path", "simple", false, { a: [1] }, "a,%5B1%5D"],
    ["path", "json", false, { a: 1 }, "%7B%22a%22%3A1%7D"],
    ["header", "simple", false, "", ""],
    ["header", "simple", false, null, ""],
    ["header", "simple", false, undefined, undefined],
    ["header", "simple", false, [], undefined],
    ["header", "simple", true, {}, undefined],
    ["header", "simple", false, holes, "a,,"],
    ["header", "simple", true, { a: { b: 1 }, c: 2 }, 'a={"b":1},c=2'],
    ["header", "simple", false, "a b%20c;d=1", "a b%20c;d=1"],
    ["header", "json", false, { a: "ü€😀" }, '{"a":"\\u00fc\\u20ac\\ud83d\\ude00"}'],
    ["cookie", "form", true, undefined, undefined],
    ["cookie", "form", true, [], undefined],
    ["cookie", "form", true, map, "R=100; G=200; B=150"],
    ["cookie", "form", true, null, "color="],
    ["cookie", "form", true, "a; b=c", "color=a%3B%20b%3Dc"],
    ["cookie", "cookie", true, "a%20b=/c,d", "color=a%20b=/c,d"],
    ["cookie", "json", false, { a: 1 }, "color=%7B%22a%22%3A1%7D"],
  ])("%s %s explode=%s %j", async (location, style, explode, value, wanted) => {
    expect(await sent(location, value, { style, explode })).toBe(wanted);
  });

  test("required parameters may be empty, and big", async () => {
    expect(await sent("query", "", { required: true })).toBe("color=");
    expect(await sent("query", 12n, { required: true })).toBe("color=12");
  });

  test("several parameters keep their order, and their names are encoded", async () => {
    const parameters: Parameter[] = [
      { name: "a[]", in: "query", explode: true },
      { name: "b&c", in: "query" },
      { name: "s", in: "cookie" },
      { name: "t", in: "cookie" },
      { name: "X-A", in: "header" },
    ];
    const input = { "a[]": [1, 2], "b&c": "=", s: "1", t: ["2", "3"], "X-A": "x" };
    const { url, headers } = await wire.send({ path: "/p", parameters }, input);
    expect([url, headers.cookie, headers["x-a"]]).toEqual(["/p?a%5B%5D=1&a%5B%5D=2&b%26c=%3D", "s=1; t=2; t=3", "x"]);
  });
});

const reserved = ":/?#[]@!$&'()*+,;=";
const unreserved = "azAZ09-._~";

describe("characters", () => {
  test.each<[ParameterLocation, string, true | undefined, string]>([
    ["query", unreserved, undefined, `color=${unreserved}`],
    ["path", unreserved, undefined, unreserved],
    ["cookie", unreserved, undefined, `color=${unreserved}`],
    ["query", reserved, undefined, `color=${encodeAll(reserved)}`],
    ["path", reserved, undefined, encodeAll(reserved)],
    ["cookie", reserved, undefined, `color=${encodeAll(reserved)}`],
    ["query", '% "<>\\^`{|}', undefined, `color=${encodeAll('% "<>\\^`{|}')}`],
    ["path", '% "<>\\^`{|}', undefined, encodeAll('% "<>\\^`{|}')],
    ["query", "ü€😀\u0000\r\n", undefined, "color=%C3%BC%E2%82%AC%F0%9F%98%80%00%0D%0A"],
    ["path", "ü€😀\u202e", undefined, "%C3%BC%E2%82%AC%F0%9F%98%80%E2%80%AE"],
    ["cookie", "ü€😀", undefined, "color=%C3%BC%E2%82%AC%F0%9F%98%80"],
    // A URL keeps no raw apostrophe in its query (WHATWG URL, special-query percent-encode set).
    ["query", reserved, true, "color=:/?%23%5B%5D@!$%26%27()*%2B,;="],
    ["path", reserved, true, ":%2F%3F%23%5B%5D@!$&'()*+,;="],
    ["cookie", reserved, true, "color=:/?#[]@!$&'()*+%2C%3B="],
    ["query", "100%25 %c3%bc 5% %zz", true, "color=100%25%20%c3%bc%205%25%20%25zz"],
    ["path", "a%2Fb", true, "a%2Fb"],
    ["header", reserved, true, reserved],
  ])("%s %j allowReserved=%s", async (location, value, allowReserved, wanted) => {
    expect(await sent(location, value, allowReserved ? { allowReserved } : {})).toBe(wanted);
  });

  test("allowReserved holds for elements, members and nested values, not for names", async () => {
    const options = { name: "c/c", allowReserved: true } as const;
    expect(await sent("query", ["a/b", "c:d"], { ...options, explode: false })).toBe("c%2Fc=a/b,c:d");
    expect(await sent("query", { "x/y": "a/b" }, { ...options, style: "deepObject" })).toBe("c%2Fc%5Bx%2Fy%5D=a/b");
    expect(await sent("path", ["a:b", "c@d"], { allowReserved: true })).toBe("a:b,c@d");
  });
});

describe("what cannot be sent is refused", () => {
  type Refused = [ParameterLocation, ParameterStyle, boolean, unknown, RegExp];
  test.each<Refused>([
    ...["", null, [], {}, [""]].map((value) => ["path", "simple", false, value, /hole/] as Refused),
    ...[[], {}].map((value) => ["path", "matrix", true, value, /hole/] as Refused),
    // The example of an empty label is a dot segment when nothing else stands in its segment.
    ["path", "label", false, "", /dot segment/],
    ["path", "label", true, ".", /dot segment/],
    ...[".", "..", "a/../b", "../../admin", "..\\..", "%2e%2e", "%252e%252E%2Fx", "%25252e", "a%2f..%5c"].map(
      (value) => ["path", "simple", false, value, /dot segment/] as Refused,
    ),
    ["path", "simple", true, { a: "/../../x" }, /dot segment/],
    ["path", "simple", false, { "x/../": 1 }, /dot segment/],
    ["path", "json", false, ["/../"], /dot segment/],
    ["header", "simple", false, "a\r\nX-B: 1", /line break/],
    ["header", "simple", false, ["a", "€"], /Latin-1/],
    ["cookie", "cookie", false, "a;b", /semicolon/],
    ["cookie", "cookie", false, "a\r\nb", /control/],
    ["query", "form", true, "\ud800", /surrogate/],
    ["query", "form", true, Number.NaN, /finite/],
    ["query", "deepObject", true, { a: () => 1 }, /function/],
  ])("%s %s explode=%s %j", async (location, style, explode, value, wanted) => {
    await expect(sent(location, value, { style, explode })).rejects.toMatchObject({
      name: "InputValidationError",
      effect: "none",
      message: expect.stringMatching(wanted),
    });
  });

  test.each<[string, Record<string, string>]>([
    ["/a/{x}{y}/b", { x: "%2", y: "e" }],
    ["/a/{x}./b", { x: "%2e" }],
    ["/a/.{x}/b", { x: "%2E" }],
  ])("parts that climb together: %s %j", async (path, input) => {
    const parameters = Object.keys(input).map((name) => ({ name, in: "path" as const }));
    await expect(wire.send({ path, parameters }, input)).rejects.toThrow(/dot segment/);
  });
});

test.each<[string, Record<string, string>, string]>([
  ["/oauth2/token#refresh", {}, "/oauth2/token?q=1"],
  ["/responses?beta=true", {}, "/responses?beta=true&q=1"],
  ["/responses/{id}/items?beta=true&x=a b", { id: "r?#" }, "/responses/r%3F%23/items?beta=true&x=a%20b&q=1"],
  ["/a?x=1#b?c", {}, "/a?x=1&q=1"],
  ["/a{x?#}/b", { "x?#": "1" }, "/a1/b?q=1"],
])("the key %s of a path", async (path, input, wanted) => {
  const parameters: Parameter[] = [
    ...Object.keys(input).map((name) => ({ name, in: "path" as const })),
    { name: "q", in: "query" },
  ];
  expect((await wire.send({ path, parameters }, { ...input, q: 1 })).url).toBe(wanted);
});

function encodeAll(text: string): string {
  return [...text].map((one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

function encodeBrackets(text: string): string {
  return text.replaceAll("[", "%5B").replaceAll("]", "%5D");
}
