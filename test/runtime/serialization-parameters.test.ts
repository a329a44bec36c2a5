/** Every style, explode and location, as the bytes that arrive at a socket. Where versions of OpenAPI differ (label), the latest holds. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Parameter, ParameterLocation, ParameterStyle } from "../../runtime/descriptor.ts";
import { isCompound } from "../../runtime/parameters.ts";
import { policy, startWire, type Wire } from "./serialization.ts";

let wire: Wire;
beforeAll(async () => {
  wire = await startWire();
});
afterAll(() => wire.close());

type Options = Partial<Parameter>;

/** What stands for the parameter on the wire; undefined: nothing is sent. A plain value in the usual style needs no style. */
async function sent(location: ParameterLocation, value: unknown, options: Options = {}): Promise<string | undefined> {
  const usual = location === "path" || location === "header" ? "simple" : "form";
  const { explode = usual === "form", style = usual, allowReserved, ...rest } = options;
  const isPlain = style === usual && explode === (usual === "form") && !allowReserved && !isCompound(value);
  const text = await sentAs({ style: usual, ...options, name: options.name ?? "color", in: location }, value);
  if (isPlain) expect(await sentAs({ name: "color", ...rest, in: location }, value)).toBe(text);
  return text;
}

async function sentAs(parameter: Parameter, value: unknown): Promise<string | undefined> {
  const { name, in: location } = parameter;
  const path = location === "path" ? `/p/{${name}}/end` : "/p";
  const { url, headers } = await wire.send({ path, parameters: [parameter] }, { [name]: value });
  if (location === "header") return headers[name] as string | undefined;
  if (location === "cookie") return headers.cookie;
  if (location === "query") return url === "/p" ? undefined : url.slice("/p?".length);
  expect(url.startsWith("/p/") && url.endsWith("/end"), url).toBe(true);
  return url.slice("/p/".length, -"/end".length);
}

const blue = "blue";
const list = ["blue", "black", "brown"];
const map = { R: 100, G: 200, B: 150 };

/**
 * The table "Style Examples" of OpenAPI 3.1.2 and 3.2.0, cell by cell: undefined, string, array, object. What the
 * specification calls undefined is `null` here; `undefined` is a parameter that is not given. Cells it calls n/a have
 * what we do there.
 */
const undef = null;
type Cell = string | undefined | RegExp;
type Row = [ParameterLocation, ParameterStyle, boolean, Cell, Cell, Cell, Cell];
const hole = /hole/;
const dot = /dot segment/;
const specification: readonly Row[] = [
  ["path", "matrix", false, ";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"],
  ["path", "matrix", true, ";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"],
  // An empty label is `.`: alone in its segment it would climb, so it is refused.
  ["path", "label", false, dot, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"],
  ["path", "label", true, dot, ".blue", ".blue.black.brown", ".R=100.G=200.B=150"],
  // Empty text would leave a hole in the path, so it is refused there.
  ["path", "simple", false, hole, "blue", "blue,black,brown", "R,100,G,200,B,150"],
  ["path", "simple", true, hole, "blue", "blue,black,brown", "R=100,G=200,B=150"],
  ["header", "simple", false, "", "blue", "blue,black,brown", "R,100,G,200,B,150"],
  ["header", "simple", true, "", "blue", "blue,black,brown", "R=100,G=200,B=150"],
  ["query", "form", false, "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"],
  ["query", "form", true, "color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"],
  // In a cookie `&` is never right (appendix D): pairs are joined as cookies are.
  ["cookie", "form", false, "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"],
  ["cookie", "form", true, "color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"],
  ["cookie", "cookie", false, "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"],
  ["cookie", "cookie", true, "color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"],
];
const notDefined: readonly Row[] = [
  // n/a for undefined and string only.
  ...(["spaceDelimited", "pipeDelimited"] as const).map((style): Row => {
    const [list, map] = ["blue black brown", "R 100 G 200 B 150"].map(
      (text) => `color=${text.replaceAll(" ", style === "spaceDelimited" ? "%20" : "%7C")}`,
    );
    return ["query", style, false, "color=", "color=blue", list, map];
  }),
  // n/a throughout: as style form, and the generator warns (S035).
  ...(["spaceDelimited", "pipeDelimited"] as const).map(
    (style): Row => [
      ...(["query", style, true] as const),
      ...(["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"] as const),
    ],
  ),
  // n/a but for objects; explode has no effect (3.2).
  ...[false, true].map(
    (explode): Row => [
      ...(["query", "deepObject", explode, "color=", "color=blue"] as const),
      "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown",
      "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
    ],
  ),
];

describe("the specification's own examples", () => {
  const cells = [...specification, ...notDefined].flatMap(([location, style, explode, ...wanted]) =>
    [undef, blue, list, map].map((value, i) => [location, style, explode, value, wanted[i]] as const),
  );
  test.each(cells)("%s %s explode=%s %j", async (location, style, explode, value, wanted) => {
    const work = sent(location, value, { style, explode });
    if (wanted instanceof RegExp) await expect(work).rejects.toThrow(wanted);
    else expect(await work).toBe(wanted);
  });

  // Appendix C.4 and RFC 6570 3.2.7 to 3.2.9: the empty text is a value, an empty list or map is none.
  test.each<[ParameterLocation, ParameterStyle, boolean, unknown, string | undefined]>([
    ["query", "form", false, "", "color="],
    ["query", "form", true, "", "color="],
    ["path", "matrix", false, "", ";color"],
    ["path", "matrix", true, "", ";color"],
    ["cookie", "cookie", false, "", "color="],
    ["header", "simple", false, "", ""],
    ["query", "form", true, { a: "x+y", b: "x/y", c: "x^y" }, "a=x%2By&b=x%2Fy&c=x%5Ey"],
    ["query", "form", false, ["math", "is", "fun"], "color=math,is,fun"],
    ["query", "spaceDelimited", false, ["math", "is", "fun"], "color=math%20is%20fun"],
    ["query", "form", true, {}, undefined],
    ["query", "form", false, [], undefined],
  ])("%s %s explode=%s %j", async (location, style, explode, value, wanted) => {
    expect(await sent(location, value, { style, explode })).toBe(wanted);
  });

  test("a name beyond RFC 6570 is percent-encoded (appendix C.4.4)", async () => {
    expect(await sent("query", "love!", { name: "\u2764\ufe0f" })).toBe("%E2%9D%A4%EF%B8%8F=love%21");
  });

  test("allowReserved of appendix C.4.2", async () => {
    const value = { a: "x%2By", b: "x/y", c: "x^y" };
    expect(await sent("query", value, { explode: true, allowReserved: true })).toBe("a=x%2By&b=x/y&c=x%5Ey");
  });

  test.each<[ParameterLocation, unknown, string]>([
    ["path", map, "R,100,G,200,B,150"],
    ["header", map, "R,100,G,200,B,150"],
    ["query", map, "R=100&G=200&B=150"],
    ["cookie", list, "color=blue; color=black; color=brown"],
    ["cookie", map, "R=100; G=200; B=150"],
  ])("defaults of style and explode in %s", async (location, value, wanted) => {
    expect(await sent(location, value)).toBe(wanted);
  });

  test("the style cookie explodes by default", async () => {
    expect(await sent("cookie", list, { style: "cookie" })).toBe("color=blue; color=black; color=brown");
  });
});

// What the specification leaves open or calls not applicable.
const deep = { name: { first: "Ada" }, tags: ["a", { b: [1, [2]] }], none: undefined, nil: null, empty: {} };
const deepText = "color[name][first]=Ada&color[tags][0]=a&color[tags][1][b][0]=1&color[tags][1][b][1][0]=2&color[nil]=";
const holes = [undefined, "a", null, ""];

describe("the rest of the matrix", () => {
  test.each<[ParameterLocation, ParameterStyle, boolean, unknown, string | undefined]>([
    ["query", "form", true, undefined, undefined],
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
    ["query", "spaceDelimited", false, [], undefined],
    ["query", "pipeDelimited", false, {}, undefined],
    ["query", "deepObject", true, deep, encodeBrackets(deepText)],
    ["query", "deepObject", false, { R: 1 }, "color%5BR%5D=1"],
    ["query", "deepObject", true, { lt: 5, gte: "2026-01-01" }, "color%5Blt%5D=5&color%5Bgte%5D=2026-01-01"],
    ["query", "deepObject", true, {}, undefined],
    ["query", "json", false, { a: [1, "ü&="] }, "color=%7B%22a%22%3A%5B1%2C%22%C3%BC%26%3D%22%5D%7D"],
    ["query", "json", false, [], "color=%5B%5D"],
    ["query", "json", false, {}, "color=%7B%7D"],
    ["query", "json", false, null, "color=null"],
    ["query", "json", false, "", "color=%22%22"],
    ["query", "json", false, undefined, undefined],
    ["path", "matrix", true, ["a", "", "b"], ";color=a;color;color=b"],
    ["path", "matrix", true, { a: "", b: 1 }, ";a;b=1"],
    ["path", "matrix", true, { a: { b: 1 } }, ";a=%7B%22b%22%3A1%7D"],
    ["path", "label", true, ["a", "b"], ".a.b"],
    ["path", "simple", false, ["a", "", undefined, "b"], "a,,b"],
    ["path", "simple", false, ["a,b", "c/d"], "a%2Cb,c%2Fd"],
    ["path", "simple", true, { "k=/": "v,?" }, "k%3D%2F=v%2C%3F"],
    ["path", "simple", false, { a: [1] }, "a,%5B1%5D"],
    ["path", "json", false, { a: 1 }, "%7B%22a%22%3A1%7D"],
    ["header", "simple", false, undefined, undefined],
    ["header", "simple", false, [], undefined],
    ["header", "simple", true, {}, undefined],
    ["header", "simple", false, holes, "a,,"],
    ["header", "simple", true, { a: { b: 1 }, c: 2 }, 'a={"b":1},c=2'],
    ["header", "simple", false, "a b%20c;d=1", "a b%20c;d=1"],
    ["header", "json", false, { a: "ü€😀" }, '{"a":"\\u00fc\\u20ac\\ud83d\\ude00"}'],
    ["cookie", "form", true, undefined, undefined],
    ["cookie", "form", true, [], undefined],
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
      { name: "a[]", in: "query", style: "form", explode: true },
      { name: "b&c", in: "query" },
      { name: "s", in: "cookie" },
      { name: "t", in: "cookie", style: "form" },
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

  // Appendix C.2: a delimiter inside of an item must be encoded before the items are joined; allowReserved leaves that to us.
  test.each<[ParameterLocation, ParameterStyle, boolean, unknown, string]>([
    ["query", "form", false, ["a,b:", "c"], "color=a%2Cb:,c"],
    ["query", "form", false, { k: "a,b=" }, "color=k,a%2Cb="],
    ["query", "form", true, ["a,b", "c"], "color=a,b&color=c"],
    ["query", "form", true, "a,b", "color=a,b"],
    ["path", "simple", false, ["a,b", "c"], "a%2Cb,c"],
    ["path", "simple", true, { k: "a,b=c:" }, "k=a%2Cb%3Dc:"],
    ["path", "simple", false, "a,b", "a,b"],
    ["path", "matrix", false, "a;b=c,d", ";color=a%3Bb=c,d"],
    ["path", "matrix", true, ["a;b=c", "d"], ";color=a%3Bb%3Dc;color=d"],
    ["cookie", "form", false, ["a,b", "c"], "color=a%2Cb,c"],
  ])("allowReserved keeps items apart: %s %s explode=%s %j", async (location, style, explode, value, wanted) => {
    expect(await sent(location, value, { style, explode, allowReserved: true })).toBe(wanted);
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
  ["/responses/{id}/items", { id: "r?#" }, "/responses/r%3F%23/items?beta=true&x=a%20b&q=1"],
  ["/a{x?#}/b", { "x?#": "1" }, "/a1/b?beta=true&x=a%20b&q=1"],
  ["/a b%2Fü", {}, "/a%20b%2F%C3%BC?beta=true&x=a%20b&q=1"],
])("the path %s with constants in its query", async (path, input, wanted) => {
  const parameters: Parameter[] = [
    ...Object.keys(input).map((name) => ({ name, in: "path" as const })),
    { name: "q", in: "query" },
  ];
  const constant = { ...policy, query: { beta: "true", x: "a b" } };
  expect((await wire.send({ path, parameters, policy: constant }, { ...input, q: 1 })).url).toBe(wanted);
});

function encodeAll(text: string): string {
  return [...text].map((one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

function encodeBrackets(text: string): string {
  return text.replaceAll("[", "%5B").replaceAll("]", "%5D");
}
