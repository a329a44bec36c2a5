import { describe, expect, test } from "vitest";
import { bytesBody, formBody, isJson, jsonBody, textBody } from "../../runtime/body.ts";
import type { Encoding } from "../../runtime/descriptor.ts";
import { multipartBody } from "../../runtime/multipart-body.ts";

const form = (value: unknown, encoding?: Record<string, Encoding>) =>
  decodeURIComponent(String(formBody(value, { contentType: "application/x-www-form-urlencoded", encoding }).body));

describe("form", () => {
  test.each<[unknown, Record<string, Encoding> | undefined, string]>([
    [{ amount: 500, currency: "eur", live: true }, undefined, "amount=500&currency=eur&live=true"],
    [{ a: undefined, b: null, c: "" }, undefined, "b=&c="],
    [{ metadata: { order: "42", nested: { a: 1 } } }, undefined, "metadata[order]=42&metadata[nested][a]=1"],
    [{ items: [{ sku: "x", n: 1 }, { sku: "y" }] }, undefined, "items[0][sku]=x&items[0][n]=1&items[1][sku]=y"],
    [{ tag: ["a", "b"] }, undefined, "tag=a&tag=b"],
    [{ expand: ["a", "b"] }, { expand: { style: "deepObject", explode: true } }, "expand[0]=a&expand[1]=b"],
    [{ tag: ["a", "b"] }, { tag: { style: "form", explode: false } }, "tag=a,b"],
    [{ tag: ["a", "b"] }, { tag: { style: "pipeDelimited", explode: false } }, "tag=a|b"],
    [{ meta: { a: 1 } }, { meta: { contentType: "application/json" } }, 'meta={"a":1}'],
    [{ meta: { a: 1 } }, { meta: { style: "form", explode: true } }, "a=1"],
    [{ empty: {}, none: [] }, undefined, ""],
    [JSON.parse('{"__proto__": {"x": 1}}'), undefined, "__proto__[x]=1"],
  ])("%j %j", (value, encoding, wanted) => {
    expect(form(value, encoding)).toBe(wanted);
  });

  test("names and values cannot end their pair", () => {
    expect(formBody({ "a&b": "c=d&e +%" }, { contentType: "x" }).body).toBe("a%26b=c%3Dd%26e%20%2B%25");
    expect(() => form("text")).toThrow(/must be an object/);
  });
});

describe("json", () => {
  test.each([
    [{ a: new Date(0), b: undefined, c: null }, '{"a":"1970-01-01T00:00:00.000Z","c":null}'],
    ["x", '"x"'],
    [null, "null"],
  ])("%j", (value, wanted) => {
    expect(jsonBody(value, { contentType: "application/json" })).toEqual({
      body: wanted,
      contentType: "application/json",
    });
  });

  test("refuses what it cannot carry", () => {
    expect(() => jsonBody({ a: 1n }, { contentType: "application/json" })).toThrow(/bigint/);
    expect(() => jsonBody(() => 1, { contentType: "application/json" })).toThrow(/no JSON form/);
  });
});

async function parts(value: unknown, encoding?: Record<string, Encoding>) {
  const { body, contentType } = multipartBody(value, { contentType: "multipart/form-data", encoding });
  const data = await new Response(body as Blob, { headers: { "content-type": contentType } }).formData();
  const found: unknown[] = [];
  for (const [name, part] of data)
    found.push(typeof part === "string" ? [name, part] : [name, part.name, part.type, await part.text()]);
  return { found, text: await (body as Blob).text() };
}

describe("multipart", () => {
  test("text, files, JSON and repeated parts", async () => {
    const { found, text } = await parts({
      purpose: "proof",
      count: 3,
      file: new File(["abc"], "a.txt", { type: "text/plain" }),
      raw: new Uint8Array([65, 66]),
      meta: { a: 1 },
      tag: ["x", "y"],
      none: undefined,
    });
    expect(found).toEqual([
      ["purpose", "proof"],
      ["count", "3"],
      ["file", "a.txt", "text/plain", "abc"],
      ["raw", "blob", "application/octet-stream", "AB"],
      ["meta", '{"a":1}'],
      ["tag", "x"],
      ["tag", "y"],
    ]);
    expect(text).toContain('name="meta"\r\nContent-Type: application/json\r\n');
  });

  test("the Encoding Object decides the part's type", async () => {
    const { text } = await parts(
      { a: "x", b: new Blob(["y"], { type: "image/png" }), c: new Blob(["z"], { type: "image/png" }) },
      {
        a: { contentType: "application/json" },
        b: { contentType: "image/webp" },
        c: { contentType: "image/png, image/jpeg" },
      },
    );
    expect([...text.matchAll(/Content-Type: (.*)\r\n\r\n(.*)\r\n/g)].map(([, type, body]) => [type, body])).toEqual([
      ["application/json", '"x"'],
      ["image/webp", "y"],
      ["image/png", "z"],
    ]);
  });

  test("names cannot inject headers or parts", async () => {
    const { text } = await parts({ 'a"\r\nX-Evil: 1': new File(["x"], 'f"\r\nX-Evil: 2.txt') });
    expect(text).not.toMatch(/^X-Evil/m);
    const evil = { type: "a/b\r\nX-Evil: 3", size: 1 };
    expect(() =>
      multipartBody(
        { a: Object.defineProperty(new Blob(["x"]), "type", { value: evil.type }) },
        { contentType: "multipart/form-data" },
      ),
    ).toThrow(/media type/);
  });
});

describe("bytes and text", () => {
  test.each([
    [new Blob(["x"], { type: "image/png" }), "image/*", "image/png"],
    [new Uint8Array([1]), "*/*", "application/octet-stream"],
    ["x", "application/pdf", "application/pdf"],
  ])("%s as %s", (value, declared, sent) => {
    expect(bytesBody(value, { contentType: declared }).contentType).toBe(sent);
  });

  test("a typed array is copied, within its bounds", () => {
    const whole = new Uint8Array([1, 2, 3, 4]);
    const { body } = bytesBody(whole.subarray(1, 3), { contentType: "a/b" });
    whole.fill(9);
    expect(body).toEqual(new Uint8Array([2, 3]));
  });

  test("a stream is marked as sent once; other things are refused", () => {
    expect(bytesBody(new Blob(["x"]).stream(), { contentType: "a/b" }).once).toBe(true);
    expect(() => bytesBody({}, { contentType: "a/b" })).toThrow(/must be a Blob/);
    expect(textBody(5, { contentType: "text/*" })).toEqual({ body: "5", contentType: "text/plain" });
  });
});

test.each([
  ["application/json", true],
  ["application/json; charset=utf-8", true],
  ["application/vnd.api+json", true],
  ["application/scim+JSON;x=y", true],
  ["application/jsonl", false],
  ["text/html; a=application/json", false],
  ["application/json-seq", false],
])("%s is JSON: %s", (type, wanted) => {
  expect(isJson(type)).toBe(wanted);
});
