/** Form and multipart bodies with their Encoding Objects, as the bytes that arrive at a socket. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formBody } from "../../runtime/body.ts";
import type { Encoding } from "../../runtime/descriptor.ts";
import { styledMultipartBody } from "../../runtime/styled-multipart-body.ts";
import { startWire, type Wire } from "./serialization.ts";

let wire: Wire;
beforeAll(async () => {
  wire = await startWire();
});
afterAll(() => wire.close());

const address = { streetAddress: "123 Example Dr.", city: "Some City" };
const list = ["blue", "black", "brown"];
const map = { R: 100, G: 200 };

describe("application/x-www-form-urlencoded", () => {
  const contentType = "application/x-www-form-urlencoded";
  async function sent(value: unknown, encoding?: Encoding): Promise<string> {
    const body = { contentType, encode: formBody, ...(encoding ? { encoding: { color: encoding } } : {}) };
    const arrived = await wire.send({ method: "POST", body }, { body: { color: value } });
    expect(arrived.headers["content-type"]).toBe(contentType);
    expect(arrived.headers["content-length"]).toBe(String(arrived.bytes.length));
    return arrived.body;
  }

  test.each<[unknown, Encoding | undefined, string]>([
    ["blue", undefined, "color=blue"],
    ["", undefined, "color="],
    [null, undefined, "color="],
    [undefined, undefined, ""],
    [0, undefined, "color=0"],
    [list, undefined, "color=blue&color=black&color=brown"],
    [[], undefined, ""],
    [{}, undefined, ""],
    [map, undefined, "color%5BR%5D=100&color%5BG%5D=200"],
    [[map], undefined, "color%5B0%5D%5BR%5D=100&color%5B0%5D%5BG%5D=200"],
    // The specification's example of an object property: the address is JSON text.
    [
      address,
      { contentType: "application/json" },
      "color=%7B%22streetAddress%22%3A%22123%20Example%20Dr.%22%2C%22city%22%3A%22Some%20City%22%7D",
    ],
    [list, { contentType: "application/json" }, "color=%5B%22blue%22%2C%22black%22%2C%22brown%22%5D"],
    [list, { style: "form", explode: true }, "color=blue&color=black&color=brown"],
    [list, { style: "form", explode: false }, "color=blue,black,brown"],
    [list, { explode: false }, "color=blue,black,brown"],
    [list, { style: "spaceDelimited", explode: false }, "color=blue%20black%20brown"],
    [list, { style: "pipeDelimited", explode: false }, "color=blue%7Cblack%7Cbrown"],
    [list, { style: "deepObject", explode: true }, "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown"],
    [map, { style: "form", explode: true }, "R=100&G=200"],
    [map, { style: "form", explode: false }, "color=R,100,G,200"],
    [map, { style: "spaceDelimited" }, "color=R%20100%20G%20200"],
    [map, { style: "deepObject", explode: true }, "color%5BR%5D=100&color%5BG%5D=200"],
    // A style turns the media type off.
    [map, { style: "deepObject", contentType: "application/json" }, "color%5BR%5D=100&color%5BG%5D=200"],
    [list, { explode: false, contentType: "application/json" }, "color=blue,black,brown"],
    [":/?#[]@!$&'()*+,;= %", undefined, "color=%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%20%25"],
    [":/?#[]@!$&'()*+,;= %", { allowReserved: true }, "color=:/?%23%5B%5D@!$%26'()*%2B,;=%20%25"],
    [["a/b", "c,d"], { explode: false, allowReserved: true }, "color=a/b,c%2Cd"],
    ["ü€😀\r\n", undefined, "color=%C3%BC%E2%82%AC%F0%9F%98%80%0D%0A"],
  ])("%j %j", async (value, encoding, wanted) => {
    expect(await sent(value, encoding)).toBe(wanted);
  });

  test("nests as providers do", async () => {
    const encoding: Encoding = { style: "deepObject", explode: true };
    const items = [{ price: "p_1", tax_rates: ["t_1", "t_2"], metadata: { "a b": "&" } }, { price: "p_2" }];
    expect(decodeURIComponent(await sent(items, encoding))).toBe(
      "color[0][price]=p_1&color[0][tax_rates][0]=t_1&color[0][tax_rates][1]=t_2&color[0][metadata][a b]=&" +
        "&color[1][price]=p_2",
    );
  });
});

describe("multipart/form-data", () => {
  /** Header lines and content of each part. */
  async function sent(value: unknown, encoding?: Encoding): Promise<string[]> {
    const body = {
      contentType: "multipart/form-data",
      encode: styledMultipartBody,
      ...(encoding ? { encoding: { color: encoding } } : {}),
    };
    const arrived = await wire.send({ method: "POST", body }, { body: { color: value } });
    const boundary = /^multipart\/form-data; ?boundary=([\w'()+,./:=?-]{1,70})$/.exec(
      arrived.headers["content-type"] ?? "",
    )?.[1];
    expect(boundary).toBeDefined();
    const pieces = `\r\n${arrived.bytes.toString("latin1")}`.split(`\r\n--${boundary}`);
    expect([pieces[0], pieces.at(-1)?.trimEnd()]).toEqual(["", "--"]);
    return pieces.slice(1, -1).map((piece) => piece.slice(2));
  }

  const part = (name: string): string => `Content-Disposition: form-data; name="${name}"`;
  const named = part("color");
  const file = (text: string, type: string, name?: string): Blob =>
    name === undefined ? new Blob([text], { type }) : new File([text], name, { type });
  const json = "Content-Type: application/json";

  test.each<[string, unknown, Encoding | undefined, string[]]>([
    ["text", "blue", undefined, [`${named}\r\n\r\nblue`]],
    ["empty text", "", undefined, [`${named}\r\n\r\n`]],
    ["null", null, undefined, [`${named}\r\n\r\n`]],
    ["undefined", undefined, undefined, []],
    ["a number", 5, undefined, [`${named}\r\n\r\n5`]],
    ["a list", list, undefined, list.map((one) => `${named}\r\n\r\n${one}`)],
    ["an empty list", [], undefined, []],
    ["an object", map, undefined, [`${named}\r\n${json}\r\n\r\n{"R":100,"G":200}`]],
    ["an empty object", {}, undefined, [`${named}\r\n${json}\r\n\r\n{}`]],
    [
      "objects",
      [map, { a: [1] }],
      undefined,
      [JSON.stringify(map), '{"a":[1]}'].map((t) => `${named}\r\n${json}\r\n\r\n${t}`),
    ],
    ["a typed text", "<a/>", { contentType: "text/xml" }, [`${named}\r\nContent-Type: text/xml\r\n\r\n<a/>`]],
    ["a JSON text", "x", { contentType: "application/json" }, [`${named}\r\n${json}\r\n\r\n"x"`]],
    [
      "a +json object",
      { a: 1 },
      { contentType: "application/ld+json" },
      [`${named}\r\nContent-Type: application/ld+json\r\n\r\n{"a":1}`],
    ],
    [
      "a blob",
      file("\u0000\u00ff", "image/png"),
      undefined,
      [`${named}; filename="blob"\r\nContent-Type: image/png\r\n\r\n\u0000\u00c3\u00bf`],
    ],
    [
      "a file of a declared type",
      file("x", "", 'a"b.txt'),
      { contentType: "text/plain" },
      [`${named}; filename="a%22b.txt"\r\nContent-Type: text/plain\r\n\r\nx`],
    ],
    [
      "files of one of several types",
      [file("1", "image/png", "1.png"), file("2", "image/jpeg", "2.jpg")],
      { contentType: "image/png, image/jpeg" },
      [
        `${named}; filename="1.png"\r\nContent-Type: image/png\r\n\r\n1`,
        `${named}; filename="2.jpg"\r\nContent-Type: image/jpeg\r\n\r\n2`,
      ],
    ],
    // OpenAPI 3.1.1, 4.8.15.1.2: a style makes text parts, named as in a query, not percent-encoded, and turns the media type off.
    ["a list, form", list, { style: "form" }, list.map((one) => `${named}\r\n\r\n${one}`)],
    ["a list, not exploded", list, { explode: false }, [`${named}\r\n\r\nblue,black,brown`]],
    ["a list, space", list, { style: "spaceDelimited" }, [`${named}\r\n\r\nblue black brown`]],
    ["a list, pipe", list, { style: "pipeDelimited" }, [`${named}\r\n\r\nblue|black|brown`]],
    ["an object, exploded", map, { style: "form" }, [`${part("R")}\r\n\r\n100`, `${part("G")}\r\n\r\n200`]],
    ["an object, not exploded", map, { explode: false }, [`${named}\r\n\r\nR,100,G,200`]],
    [
      "an object, deep",
      map,
      { style: "deepObject", explode: true },
      [`${part("color[R]")}\r\n\r\n100`, `${part("color[G]")}\r\n\r\n200`],
    ],
    ["an empty list, form", [], { style: "form" }, []],
    ["a styled text", "a b&c=%", { style: "form", contentType: "application/json" }, [`${named}\r\n\r\na b&c=%`]],
    ["reserved characters", "a/b c", { allowReserved: true }, [`${named}\r\n\r\na/b c`]],
    [
      "a file in spite of a style",
      file("x", "text/css"),
      { style: "form" },
      [`${named}; filename="blob"\r\nContent-Type: text/css\r\n\r\nx`],
    ],
    ["unicode", "ü€", undefined, [`${named}\r\n\r\n${Buffer.from("ü€").toString("latin1")}`]],
  ])("%s", async (_, value, encoding, wanted) => {
    expect(await sent(value, encoding)).toEqual(wanted);
  });
});
