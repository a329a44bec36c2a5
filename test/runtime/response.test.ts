import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBody, readBody, responseKind, unsafeInteger } from "../../runtime/response.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const type = (contentType?: string) => new Headers(contentType === undefined ? {} : { "content-type": contentType });

test.each([
  [200, "json"],
  [204, "none"],
  [404, "text"],
  [500, "auto"],
] as const)("the kind of %s is %s", (status, wanted) => {
  expect(responseKind({ "200": "json", "204": "none", "4XX": "text", default: "auto" }, status)).toBe(wanted);
});

test("an undeclared status follows its media type; a foreign key is no kind", () => {
  expect(responseKind({ "200": "json" }, 202)).toBe("auto");
  expect(responseKind(Object.create({ "200": "json" }), 200)).toBe("auto");
});

describe("decodes", () => {
  test.each([
    ["json", "application/json", '{"a":1}', { a: 1 }],
    ["json", undefined, "[1]", [1]],
    ["json", "application/json", "", undefined],
    ["json", "application/json", "\ufeff1", 1],
    ["text", "text/csv", "a,b", "a,b"],
    ["text", "text/plain", "", ""],
    ["none", "application/json", "{}", undefined],
    ["auto", "application/problem+json", "{}", {}],
    ["auto", "text/html", "x", "x"],
    ["auto", "image/png", "x", bytes("x")],
    ["auto", undefined, "x", bytes("x")],
    ["bytes", "application/json", "{}", bytes("{}")],
  ] as const)("%s with %s: %j", (kind, contentType, text, wanted) => {
    expect(decodeBody(bytes(text), kind, type(contentType), false)).toEqual(wanted);
  });

  test("other charsets, and an unknown one as UTF-8", () => {
    expect(decodeBody(new Uint8Array([0xe9]), "text", type("text/plain; charset=iso-8859-1"), false)).toBe("é");
    expect(decodeBody(bytes("é"), "text", type("text/plain; charset=made-up"), false)).toBe("é");
  });

  test("a foreign __proto__ stays data", () => {
    const value = decodeBody(bytes('{"__proto__":{"admin":true}}'), "json", type(), false) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(["__proto__"]);
  });

  test.each([
    ["json", "text/html", "<p>", "<p>"],
    ["json", undefined, "", undefined],
    ["text", "text/plain", "", undefined],
    ["text", "application/json", "{}", "{}"],
    ["none", "application/json", "{}", {}],
    ["none", "image/png", "x", "x"],
    ["auto", "application/json", '{"a":1}', { a: 1 }],
    ["auto", "application/json", '{"a":', '{"a":'],
    ["auto", undefined, "x", "x"],
    ["bytes", undefined, "x", bytes("x")],
    ["bytes", "text/html", "<p>", "<p>"],
    ["bytes", "application/problem+json", "{}", {}],
    ["stream", "application/json", "{}", {}],
    ["json", "application/json", '{"id":9007199254740993,"n":1}', { id: "9007199254740993", n: 1 }],
  ] as const)("errors as far as possible: %s with %s: %j", (kind, contentType, text, wanted) => {
    expect(decodeBody(bytes(text), kind, type(contentType), true)).toEqual(wanted);
  });
});

describe("integers that a double cannot hold", () => {
  test.each([
    ["9007199254740991", undefined],
    ["9007199254740993", ""],
    ["-9007199254740993", ""],
    ['{"a":{"b":[1,{"c/d~":12345678901234567890}]}}', "/a/b/1/c~1d~0"],
    ['["9007199254740993"]', undefined],
    ['{"9007199254740993":1}', undefined],
    ['{"a\\"]":"\\\\","b":9007199254740993}', "/b"],
    ['[[1,2],[3,{"x":9007199254740993}]]', "/1/1/x"],
    ["[0.12345678901234567890, 1e300]", undefined],
    ['{"a":[],"b":{},"c":[{},9007199254740993]}', "/c/1"],
    ['{"a":"1234567890123456","b":5}', undefined],
    ['{"a":"at: 9007199254740993","b":[5]}', undefined],
    ['{"a":"at: 9007199254740993","b":[5,\t9007199254740993]}', "/b/1"],
    ['["\\\\", 9007199254740993]', "/1"],
    ['{"\\"":{"]":"[{,:"},"c":\r\n9007199254740993}', "/c"],
  ])("%s", (text, wanted) => {
    JSON.parse(text);
    expect(unsafeInteger(text)).toBe(wanted);
  });

  test("are found exactly when parsing would round one, wherever they stand", () => {
    const leaf = fc.oneof(
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((n) => `${n}`),
      fc.string().map((text) => JSON.stringify(text)),
      fc.constantFrom('"12345678901234567890"', "true", "null", "1.5", '"\\\\"', '"\\""'),
    );
    const { text } = fc.letrec<{ text: string }>((tie) => ({
      text: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("text"), { maxLength: 4 }).map((items) => `[${items.join(" , ")}]`),
        fc
          .array(fc.tuple(fc.string(), tie("text")), { maxLength: 4 })
          .map((pairs) => `{${pairs.map(([k, v]) => `${JSON.stringify(k)}: ${v}`).join(",")}}`),
      ),
    }));
    fc.assert(
      fc.property(text, (source) => {
        let unsafe = false;
        const look = (value: unknown): void => {
          if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) unsafe = true;
          else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) look(inner);
        };
        // Duplicate keys hide their first value from JSON.parse.
        fc.pre(!/"(.*)": .*"\1": /s.test(source));
        look(JSON.parse(source));
        expect(unsafeInteger(source) !== undefined).toBe(unsafe);
      }),
    );
  });

  test("twenty megabytes are no problem", () => {
    const started = performance.now();
    expect(unsafeInteger(`["${'\\"x'.repeat(3_000_000)}1234567890123456",${"1,".repeat(1_000_000)}1]`)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("reads", () => {
  test("at most so much, and stops asking", async () => {
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1_000));
      },
      cancel() {
        cancelled = true;
      },
    });
    await expect(readBody(new Response(endless), 200, "GET", 5_000)).rejects.toThrow(/5000/);
    expect([pulled < 10, cancelled]).toEqual([true, true]);
  });

  test.each([
    ["short", "GET", { "content-length": "9" }, true],
    ["long", "GET", { "content-length": "1" }, true],
    ["compressed", "GET", { "content-length": "9", "content-encoding": "gzip" }, false],
    ["HEAD", "HEAD", { "content-length": "9" }, false],
    ["odd", "GET", { "content-length": "x" }, false],
  ] as const)("checks Content-Length: %s", async (_, method, headers, fails) => {
    const read = readBody(new Response("abcd", { headers }), 200, method, 100);
    if (fails) await expect(read).rejects.toMatchObject({ code: "CONTENT_LENGTH_MISMATCH" });
    else expect(await read).toEqual(bytes("abcd"));
  });

  test("pieces in order, and nothing", async () => {
    const body = new ReadableStream({
      start(controller) {
        for (const piece of ["a", "bc", "", "d"]) controller.enqueue(bytes(piece));
        controller.close();
      },
    });
    expect(await readBody(new Response(body), 200, "GET", 100)).toEqual(bytes("abcd"));
    expect(await readBody(new Response(null, { status: 204 }), 204, "GET", 100)).toEqual(bytes(""));
  });
});
