/** Hostile texts in multipart names, file names, types and headers, and in cookies and headers, as they arrive at a socket. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { multipartBody } from "../../runtime/multipart-body.ts";
import { part } from "../../runtime/part.ts";
import { styledMultipartBody } from "../../runtime/styled-multipart-body.ts";
import type { Arrived } from "./loopback.ts";
import { chargesCreate } from "./pay.ts";
import { startWire, type Wire } from "./serialization.ts";

let wire: Wire;
beforeAll(async () => {
  wire = await startWire();
});
afterAll(() => wire.close());

const refused = { name: "InputValidationError", effect: "none" };

function send(body: unknown, contentType = "multipart/form-data"): Promise<Arrived> {
  return wire.send({ method: "POST", body: { contentType, encode: multipartBody } }, { body });
}

/** Read by a parser that is not ours: undici's. */
async function parse({ bytes, headers }: Arrived): Promise<[string, FormDataEntryValue][]> {
  const response = new Response(new Uint8Array(bytes), { headers: { "content-type": headers["content-type"] ?? "" } });
  return [...(await response.formData())];
}

/** Header lines of the parts, by the boundary alone: what stands there must be ours. */
function headerNames({ bytes, headers }: Arrived): string[] {
  const boundary = /boundary=(\S+)$/.exec(headers["content-type"] ?? "")?.[1];
  const heads = `\r\n${bytes.toString("latin1")}`.split(`\r\n--${boundary}\r\n`).slice(1);
  return heads.flatMap((text) =>
    text
      .split("\r\n\r\n")[0]!
      .split(/[\r\n]+/)
      .map((line) => line.split(":")[0]!),
  );
}

const texts: readonly (readonly [string, string])[] = [
  ["CR LF and a header", "a\r\nX-Evil: 1"],
  ["an empty line and content", "a\r\n\r\nevil"],
  ["a whole part", 'a"\r\n\r\nx\r\n--couplet\r\nContent-Disposition: form-data; name="evil'],
  ["LF", "a\nX-Evil: 1"],
  ["CR", "a\rX-Evil: 1"],
  ["mixed line breaks", "\n\r\r\n\n"],
  ["a quote", 'a"b'],
  ["a quote and another parameter", 'a"; filename="evil.txt'],
  ["a semicolon", "a; filename=evil"],
  ["a backslash", 'a\\"b\\'],
  ["NUL", "a\0b"],
  ["control characters", "\u0001\u001b[31m\u007f\u0085"],
  ["unicode line breaks", "a\u2028b\u2029c"],
  ["beyond ASCII", "grün €😀 文件"],
  ["beyond ASCII, in the other direction", "a\u202egnp.exe"],
  ["10,000 characters", "ä".repeat(10_000)],
  ["nothing", ""],
  ["a blank", " "],
  ["a path", "../../etc/passwd"],
  ["__proto__", "__proto__"],
  ["a percent sign", "100% %41"],
];

describe("a hostile text arrives as one part, and whole", () => {
  test.each(texts)("as a name: %s", async (_, text) => {
    const body = Object.assign(Object.create(null), { [text]: "value", last: "1" });
    const arrived = await send(body);
    expect(headerNames(arrived)).toEqual(["Content-Disposition", "Content-Disposition"]);
    expect(await parse(arrived)).toEqual([
      [text, "value"],
      ["last", "1"],
    ]);
  });

  test.each(texts)("as a file name: %s", async (_, text) => {
    for (const file of [new File(["x"], text), part(new Blob(["x"]), { fileName: text })]) {
      const arrived = await send({ file });
      expect(headerNames(arrived)).toEqual(["Content-Disposition", "Content-Type"]);
      const [[name, found], ...more] = (await parse(arrived)) as [[string, File]];
      expect([name, found.name, await found.text(), more]).toEqual(["file", text, "x", []]);
    }
  });

  test.each(texts)("as the name of a streamed part: %s", async (_, text) => {
    async function* chunks() {
      yield new TextEncoder().encode("x");
    }
    const body = Object.assign(Object.create(null), { [text]: part(chunks(), { fileName: text }) });
    const [[name, found], ...more] = (await parse(await send(body))) as [[string, File]];
    expect([name, found.name, await found.text(), more]).toEqual([text, text, "x", []]);
  });

  test.each(texts)("as a value, and below a property: %s", async (_, text) => {
    const encoding = { deep: { style: "deepObject", explode: true } } as const;
    const body = { contentType: "multipart/form-data", encode: styledMultipartBody, encoding };
    const input = { body: { a: text, deep: { [text]: text } } };
    const arrived = await wire.send({ method: "POST", body }, input);
    expect(await parse(arrived)).toEqual([
      ["a", text],
      [`deep[${text}]`, text],
    ]);
  });
});

// A `%` is not escaped, as browsers do: what looks like an escaped quote is read as one. RFC 7578 leaves this open.
test.each([
  ["a%22b", 'a"b'],
  ["a%0D%0Ab", "a\r\nb"],
])("the name %s is read as %j", async (text, read) => {
  expect(await parse(await send({ [text]: "1" }))).toEqual([[read, "1"]]);
});

describe("what no part can carry is refused, and not shown", () => {
  const evil = "\r\nX-Evil: 1";
  const odd = (type: string): Blob => Object.defineProperty(new Blob(["x"]), "type", { value: type });
  test.each<[string, unknown, RegExp]>([
    ["a lone surrogate in a name", { "a\ud800": "x" }, /lone surrogate/],
    ["a lone surrogate in a file name", { a: part(new Blob(["x"]), { fileName: "\udfff" }) }, /lone surrogate/],
    ["a lone surrogate in a value", { a: "\ud800" }, /lone surrogate/],
    ["a type with a line break", { a: part(new Blob(["x"]), { contentType: `text/plain${evil}` }) }, /media type/],
    [
      "a type with a line break after a comma",
      { a: part(new Blob(["x"]), { contentType: `a/b,${evil}` }) },
      /media type/,
    ],
    ["a type with NUL", { a: part(new Blob(["x"]), { contentType: "text/pl\0ain" }) }, /media type/],
    ["a type beyond ASCII", { a: part(new Blob(["x"]), { contentType: "text/plain; a=é" }) }, /media type/],
    ["a type that is none", { a: part(new Blob(["x"]), { contentType: "text" }) }, /media type/],
    ["a type that is a range", { a: part(new Blob(["x"]), { contentType: "image/*" }) }, /media type/],
    ["a Blob's type with a line break", { a: odd(`text/plain${evil}`) }, /media type/],
    ["a header's name with a line break", { a: part(new Blob(["x"]), { headers: { [`X-A${evil}`]: "1" } }) }, /token/],
    ["a header's name with a colon", { a: part(new Blob(["x"]), { headers: { "X-A: 1, X-Evil": "1" } }) }, /token/],
    [
      "a header's value with a line break",
      { a: part(new Blob(["x"]), { headers: { "X-A": `1${evil}` } }) },
      /line break/,
    ],
    ["a header's value with NUL", { a: part(new Blob(["x"]), { headers: { "X-A": "a\0" } }) }, /control character/],
  ])("%s", async (_, body, message) => {
    await expect(send(body)).rejects.toMatchObject({ ...refused, message: expect.stringMatching(message) });
    await expect(send(body)).rejects.toMatchObject({ message: expect.not.stringContaining("Evil") });
  });
});

test("the boundary is ours alone, and a part's own header replaces the document's", async () => {
  const encoding = { a: { headers: { "X-A": "document" } } };
  const body = { contentType: "multipart/form-data; boundary=theirs; charset=utf-8", encode: multipartBody, encoding };
  const a = part(new Blob(["--theirs--\r\n"]), { headers: { "x-a": "caller", "content-disposition": "evil" } });
  const arrived = await wire.send({ method: "POST", body }, { body: { a } });
  expect(arrived.headers["content-type"]).toMatch(/^multipart\/form-data; charset=utf-8; boundary=couplet-[\w-]+$/);
  expect(headerNames(arrived)).toEqual(["Content-Disposition", "Content-Type", "x-a"]);
  const [[, found]] = (await parse(arrived)) as [[string, File]];
  expect(await found.text()).toBe("--theirs--\r\n");
});

describe("cookies and headers", () => {
  const parameters = [
    { name: "form", in: "cookie", style: "form" },
    { name: "plain", in: "cookie" },
    { name: "raw", in: "cookie", style: "cookie" },
    { name: "X-A", in: "header" },
  ] as const;

  // Node's server reads heads of at most 16 KiB.
  const short = texts.filter(([, text]) => text.length < 5_000);
  test.each(short)(
    "a cookie of style form holds everything: %s",
    async (_, text) => {
      const { headers, rawHeaders } = await wire.send({ parameters }, { form: [text, "b"] });
      const values = headers.cookie?.split("; ").map((pair) => decodeURIComponent(pair.slice("form=".length)));
      expect(values).toEqual([text, "b"]);
      const plain = await wire.send({ parameters }, { plain: text });
      expect(decodeURIComponent(plain.headers.cookie!.slice("plain=".length))).toBe(text);
      expect(rawHeaders).not.toContain("X-Evil");
    },
    20_000,
  );

  const fits = /^[\u0021-\u007e]*$/;
  test.each(texts)("a raw cookie and a header hold it as it is, or are refused: %s", async (_, text) => {
    for (const [name, allowed] of [
      ["raw", fits.test(text) && !text.includes(";")],
      ["X-A", /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(text)],
    ] as const) {
      const work = wire.send({ parameters }, { [name]: text });
      if (!allowed) {
        await expect(work).rejects.toMatchObject(refused);
        continue;
      }
      const { headers } = await work;
      expect(name === "raw" ? headers.cookie : headers["x-a"]).toBe(name === "raw" ? `raw=${text}` : text.trim());
    }
  });

  test.each([
    ["options.headers", { headers: { "X-B": "1\r\nX-Evil: 1" } }],
    ["a name of options.headers", { headers: { "X-B\r\nX-Evil": "1" } }],
    ["idempotencyKey", { idempotencyKey: "k\r\nX-Evil: 1" }],
  ])("%s", async (_, options) => {
    const { method, policy } = chargesCreate;
    await expect(wire.send({ method, policy }, {}, options)).rejects.toMatchObject(refused);
  });
});
