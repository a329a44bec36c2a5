import { type BytesCall, downloads, typedHeaders } from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNamespace } from "../../runtime/client.ts";
import { dispositionFileName } from "../../runtime/content-disposition.ts";
import { type Answer, json, type Loopback, startLoopback } from "./loopback.ts";
import { connector, define, safePolicy, skippingClock } from "./pay.ts";

let loopback: Loopback;
beforeAll(async () => {
  loopback = await startLoopback();
});
afterAll(() => loopback.close());

const operation = define({
  id: "files.get",
  policy: { ...safePolicy, maxResponse: 1_000 },
  responses: { "200": "bytes", default: "json" },
  stream: { use: downloads },
});

function get(options: object = {}): BytesCall {
  const connection = { baseUrl: loopback.base, auth: { secretKey: "sk" }, clock: skippingClock() };
  const files = createNamespace<{ get(input: object, options: object): BytesCall }>(connector, connection, {
    get: operation,
  });
  return files.get({}, options);
}

function file(bytes: string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(200, { "content-type": "application/pdf", ...headers });
    response.end(bytes);
  };
}

const text = (body: ReadableStream) => new Response(body).text();

describe("a binary answer", () => {
  test("is bytes, with its file name", async () => {
    loopback.answer(file("%PDF", { "content-disposition": 'attachment; filename="a.pdf"' }));
    const { data, meta } = await get().withResponse();
    expect([Buffer.from(data).toString(), meta.fileName, meta.attempts]).toEqual(["%PDF", "a.pdf", 1]);
  });

  test("or a stream, of any size, while it comes", async () => {
    let finish = () => {};
    loopback.answer((response) => {
      response.writeHead(200, { "content-type": "application/pdf" });
      response.write("x".repeat(5_000));
      finish = () => response.end("y");
    });
    const { data, response } = await get({ timeout: 5_000 }).stream();
    expect(response.headers.get("content-type")).toBe("application/pdf");
    finish();
    expect(await text(data)).toBe(`${"x".repeat(5_000)}y`);
    loopback.answer(file("x".repeat(5_000)));
    await expect(get()).rejects.toMatchObject({ name: "ResponseTooLargeError" });
  });

  test("a stream that is asked for late repeats the bytes; one that was taken is taken", async () => {
    loopback.answer(file("%PDF"));
    const late = get();
    await late;
    expect(await text((await late.stream()).data)).toBe("%PDF");
    const taken = get();
    const { data } = await taken.stream();
    await expect(taken).rejects.toThrow(/took the body/);
    await data.cancel();
  });

  test.each<[string, Answer, object, object]>([
    [
      "fewer bytes than announced",
      (response) => {
        response.writeHead(200, { "content-length": "10" });
        response.write("1234", () => response.destroy());
      },
      {},
      { name: "NetworkError" },
    ],
    [
      "silence",
      (response) => {
        response.writeHead(200, {});
        response.write("1234");
      },
      { timeout: 60 },
      { name: "TimeoutError", code: "idle" },
    ],
  ])("%s is a typed error of the stream", async (_, answer, options, wanted) => {
    loopback.answer(answer);
    const { data } = await get(options).stream();
    await expect(text(data)).rejects.toMatchObject(wanted);
    expect(loopback.arrived).toHaveLength(1);
  });

  test("errors are errors, and a failing head is tried again", async () => {
    loopback.answer(json(503, {}), json(404, { a: 1 }));
    await expect(get().stream()).rejects.toMatchObject({ name: "NotFoundError", body: { a: 1 }, attempts: 2 });
  });

  test("cancelling and aborting close the connection", async () => {
    for (const end of ["cancel", "abort"]) {
      const closed = new Promise<void>((done) => {
        loopback.answer((response) => {
          response.writeHead(200, {}).write("1234");
          response.on("close", done);
        });
      });
      const controller = new AbortController();
      const { data } = await get({ signal: controller.signal }).stream();
      if (end === "cancel") await data.cancel();
      else controller.abort("enough");
      await closed;
      if (end === "abort") await expect(text(data)).rejects.toBe("enough");
    }
  });
});

describe("Content-Disposition", () => {
  test.each<[string | null, string | undefined]>([
    [null, undefined],
    ["attachment", undefined],
    ['attachment; filename="a b.pdf"', "a b.pdf"],
    ["attachment; filename=a.pdf", "a.pdf"],
    ["inline; FileName = a.pdf ; size=3", "a.pdf"],
    ['attachment; filename="a\\"b.pdf"', 'a"b.pdf'],
    ["attachment; filename=EURO.pdf; filename*=utf-8''%e2%82%ac.pdf", "€.pdf"],
    ["attachment; filename*=UTF-8'en'%e2%82%ac.pdf; filename=EURO.pdf", "€.pdf"],
    ["attachment; filename*=iso-8859-1'en'%A3.pdf", "£.pdf"],
    ["attachment; filename*=UTF-8''%ff.pdf; filename=plain.pdf", "plain.pdf"],
    ["attachment; filename*=made-up''x.pdf; filename=plain.pdf", "plain.pdf"],
    ['attachment; filename="\u00c3\u00a9.pdf"', "é.pdf"],
    ['attachment; filename="\u00e9.pdf"', "é.pdf"],
    ['attachment; filename="../../etc/passwd"', "passwd"],
    ['attachment; filename="C:\\\\tmp\\\\a.exe"', "a.exe"],
    ["attachment; filename*=UTF-8''..%2F..%2Fa.sh", "a.sh"],
    ['attachment; filename=".."', undefined],
    ['attachment; filename=""', undefined],
    ['attachment; filename="fdp.\u202eexe"', "fdp.exe"],
    ["attachment; filename*=UTF-8''a%00b%0a.txt", "ab.txt"],
    ['attachment; name="x; filename=evil"; filename=good', "good"],
  ])("%s", (header, wanted) => {
    expect(dispositionFileName(header)).toBe(wanted);
  });

  test("a hostile header costs no time", () => {
    const from = performance.now();
    dispositionFileName(`a;${'filename="\\'.repeat(100_000)}`);
    dispositionFileName(`a; filename=${" ;".repeat(100_000)}`);
    expect(performance.now() - from).toBeLessThan(500);
  });
});

describe("declared headers", () => {
  const shapes = {
    "x-id": "string",
    "x-count": "number",
    "x-last": "boolean",
    "x-tags": ["string"],
    "x-sizes": ["number"],
    "x-info": "json",
  } as const;
  test.each<[keyof typeof shapes, string | undefined, unknown]>([
    ["x-id", "a b", "a b"],
    ["x-id", undefined, undefined],
    ["x-count", "42", 42],
    ["x-count", "-1.5e3", -1500],
    ["x-count", "many", undefined],
    ["x-count", "", undefined],
    ["x-count", "0x10", undefined],
    ["x-count", "9007199254740993", undefined],
    ["x-last", "true", true],
    ["x-last", "False", false],
    ["x-last", "1", undefined],
    ["x-tags", "a, b,c", ["a", "b", "c"]],
    ["x-tags", "", []],
    ["x-sizes", "1,2", [1, 2]],
    ["x-sizes", "1,x", undefined],
    ["x-info", '{"a":1}', { a: 1 }],
    ["x-info", "{", undefined],
  ])("%s: %s", (name, value, wanted) => {
    const values = typedHeaders(new Headers(value === undefined ? {} : { [name]: value }), shapes);
    expect((values as Record<string, unknown>)[name]).toEqual(wanted);
    expect(Object.keys(values)).toEqual(Object.keys(shapes));
  });

  test("stand beside the data; nothing where nothing is declared", async () => {
    loopback.answer(json(200, { a: 1 }, { "X-Count": "3" }));
    const connection = { baseUrl: loopback.base, auth: { secretKey: "sk" } };
    const declared = define({ id: "a.b", headers: { use: typedHeaders, of: { "x-count": "number" } } });
    const one = createNamespace<Record<"a" | "b", () => BytesCall>>(connector, connection, {
      a: declared,
      b: define({}),
    });
    expect((await one.a().withResponse()).headers).toHaveProperty("x-count", 3);
    expect(await one.a().result()).toMatchObject({ ok: true, headers: { "x-count": 3 } });
    expect((await one.b().withResponse()).headers).toEqual({});
  });
});
