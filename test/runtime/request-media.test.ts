/** Bodies in several media types, and bodies that are read while they are sent. */
import { part } from "@couplet/runtime";
import {
  bytesBody,
  formBody,
  jsonBody,
  jsonLinesBody,
  multipartBody,
  type OperationDescriptor,
} from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNamespace } from "../../runtime/client.ts";
import { json, type Loopback, startLoopback } from "./loopback.ts";
import { connector, define, safePolicy, skippingClock } from "./pay.ts";

let loopback: Loopback;
beforeAll(async () => {
  loopback = await startLoopback();
});
afterAll(() => loopback.close());

const policy = { ...safePolicy, idempotency: { class: "idempotent" } } as const;

function send(operation: Partial<OperationDescriptor>, input: object, options: object = {}): Promise<unknown> {
  const connection = { baseUrl: loopback.base, auth: { secretKey: "sk" }, clock: skippingClock() };
  const one = define({ id: "a.put", policy, method: "PUT", ...operation });
  return createNamespace<{ put(input: object, options: object): Promise<unknown> }>(connector, connection, {
    put: one,
  }).put(input, options);
}

const several = {
  body: { contentType: "application/json", encode: jsonBody },
  bodies: [
    { contentType: "application/x-www-form-urlencoded", encode: formBody },
    { contentType: "application/merge-patch+json", encode: jsonBody },
  ],
};

describe("the media type of the body", () => {
  test.each([
    [{ body: { a: 1 } }, "application/json", '{"a":1}'],
    [{ contentType: "application/json", body: { a: 1 } }, "application/json", '{"a":1}'],
    [{ contentType: "application/x-www-form-urlencoded", body: { a: 1 } }, "application/x-www-form-urlencoded", "a=1"],
    [{ contentType: "application/merge-patch+json", body: { a: 1 } }, "application/merge-patch+json", '{"a":1}'],
  ])("%j", async (input, contentType, text) => {
    loopback.answer(json(200, {}));
    await send(several, input);
    expect(loopback.arrived[0]).toMatchObject({ body: text, headers: { "content-type": contentType } });
  });

  test("another one is refused before anything is sent", async () => {
    loopback.answer(json(200, {}));
    const input = { contentType: "text/csv", body: "a" };
    await expect(send(several, input)).rejects.toMatchObject({
      name: "InputValidationError",
      message: expect.stringContaining('"application/merge-patch+json"'),
    });
    expect(loopback.arrived).toEqual([]);
  });

  test("a parameter of that name is no choice where there is none", async () => {
    loopback.answer(json(200, {}));
    const parameters = [{ name: "contentType", in: "query" }] as const;
    await send({ body: several.body, parameters }, { contentType: "text/csv", body: 1 });
    expect(loopback.arrived[0]).toMatchObject({ url: "/charges?contentType=text%2Fcsv", body: "1" });
  });
});

async function* numbers(count: number): AsyncGenerator<{ n: number }> {
  for (let n = 1; n <= count; n++) yield { n };
}

describe("lines of JSON", () => {
  const lines = (contentType: string) => ({ body: { contentType, encode: jsonLinesBody } });
  test.each([
    ["an array", "application/x-ndjson", [{ n: 1 }, "a\nb", null], '{"n":1}\n"a\\nb"\nnull\n'],
    ["no item", "application/jsonl", [], ""],
    ["a sequence", "application/json-seq", [1, 2], "\u001e1\n\u001e2\n"],
    ["a set", "application/x-ndjson", new Set([1, 2]), "1\n2\n"],
  ])("%s", async (_, contentType, body, wanted) => {
    loopback.answer(json(200, {}));
    await send(lines(contentType), { body });
    expect(loopback.arrived[0]).toMatchObject({ body: wanted, headers: { "content-type": contentType } });
  });

  test("an async iterable is sent as it comes, once", async () => {
    loopback.answer(json(503, {}));
    await expect(send(lines("application/x-ndjson"), { body: numbers(3) })).rejects.toMatchObject({ attempts: 1 });
    expect(loopback.arrived[0]).toMatchObject({ body: '{"n":1}\n{"n":2}\n{"n":3}\n' });
    expect(loopback.arrived[0]!.headers["transfer-encoding"]).toBe("chunked");
    loopback.answer(json(503, {}), json(200, {}));
    await send(lines("application/x-ndjson"), { body: [1] });
    expect(loopback.arrived).toHaveLength(2);
  });

  test.each([["text"], [{ a: 1 }], [1], [[1n]]])("%s is refused", async (body) => {
    await expect(send(lines("application/x-ndjson"), { body })).rejects.toMatchObject({ name: "InputValidationError" });
  });

  test("an iterable that is left ends: nothing goes on behind the call", async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (;;) {
          await new Promise((done) => setTimeout(done, 5));
          yield 1;
        }
      } finally {
        ended = true;
      }
    }
    const controller = new AbortController();
    setTimeout(() => controller.abort("stop"), 40);
    const sent = send(lines("application/x-ndjson"), { body: endless() }, { signal: controller.signal });
    await expect(sent).rejects.toBe("stop");
    await expect.poll(() => ended).toBe(true);
  });
});

describe("parts", () => {
  const multipart = { body: { contentType: "multipart/form-data", encode: multipartBody } };
  /** Header lines and text of each part. */
  function parts(): { readonly head: string[]; readonly text: string }[] {
    const { headers, body } = loopback.arrived[0]!;
    const boundary = /boundary=(.+)$/.exec(headers["content-type"]!)![1]!;
    const pieces = body.split(`--${boundary}`).slice(1, -1);
    expect(body.endsWith(`--${boundary}--\r\n`)).toBe(true);
    return pieces.map((piece) => {
      const [head = "", ...rest] = piece.slice(2, -2).split("\r\n\r\n");
      return { head: head.split("\r\n"), text: rest.join("\r\n\r\n") };
    });
  }

  test.each<[string, unknown, object | undefined, { head: string[]; text: string }[]]>([
    [
      "a list of files",
      { f: [new File(["a"], "a.txt", { type: "text/plain" }), new Blob(["b"])] },
      undefined,
      [
        { head: ['Content-Disposition: form-data; name="f"; filename="a.txt"', "Content-Type: text/plain"], text: "a" },
        {
          head: ['Content-Disposition: form-data; name="f"; filename="blob"', "Content-Type: application/octet-stream"],
          text: "b",
        },
      ],
    ],
    [
      "nested JSON, of a type of its own",
      { m: { a: [1] }, n: { b: 1 } },
      { m: { contentType: "application/vnd.m+json" } },
      [
        {
          head: ['Content-Disposition: form-data; name="m"', "Content-Type: application/vnd.m+json"],
          text: '{"a":[1]}',
        },
        { head: ['Content-Disposition: form-data; name="n"', "Content-Type: application/json"], text: '{"b":1}' },
      ],
    ],
    [
      "headers of the document and of the caller",
      { m: part({ a: 1 }, { headers: { "X-B": "2" } }) },
      { m: { headers: { "X-A": "1", "X-B": "1", "Content-Type": "text/evil" } } },
      [
        {
          head: ['Content-Disposition: form-data; name="m"', "Content-Type: application/json", "X-A: 1", "X-B: 2"],
          text: '{"a":1}',
        },
      ],
    ],
    [
      "a name and a type of the caller's",
      { f: part(new Blob(["a"]), { fileName: 'a".csv', contentType: "text/csv; header=present" }) },
      { f: { contentType: "text/plain" } },
      [
        {
          head: [
            'Content-Disposition: form-data; name="f"; filename="a%22.csv"',
            "Content-Type: text/csv; header=present",
          ],
          text: "a",
        },
      ],
    ],
  ])("%s", async (_, body, encoding, wanted) => {
    loopback.answer(json(200, {}));
    const rule = encoding === undefined ? {} : { encoding: encoding as never };
    await send({ body: { ...multipart.body, ...rule } }, { body });
    expect(parts()).toEqual(wanted);
  });

  test("a header of a part cannot break out of it", async () => {
    const body = { m: part({}, { headers: { "X-A": "1\r\nX-B: 2" } }) };
    await expect(send(multipart, { body })).rejects.toMatchObject({ name: "InputValidationError" });
  });

  test("streams are parts: read as they are sent, once", async () => {
    loopback.answer(json(503, {}));
    let pulled = 0;
    const stream = new ReadableStream({
      pull(controller) {
        if (pulled++ < 3) controller.enqueue(new TextEncoder().encode(`${pulled}`));
        else controller.close();
      },
    });
    const body = { before: "x", f: part(stream, { fileName: "s.bin" }), g: new Blob(["blob"]) };
    await expect(send(multipart, { body })).rejects.toMatchObject({ attempts: 1 });
    expect(parts().map(({ text }) => text)).toEqual(["x", "123", "blob"]);
    expect(parts()[1]!.head[0]).toContain('filename="s.bin"');
  });

  test("files are not read before they are sent, and again for each attempt", async () => {
    loopback.answer(json(503, {}), json(200, {}));
    const file = new File(["abc"], "a.txt", { type: "text/plain" });
    let read = 0;
    file.arrayBuffer = () => {
      read++;
      return Promise.reject(new Error("buffered"));
    };
    await send(multipart, { body: { f: file } });
    expect(loopback.arrived.map(({ body }) => body.includes("\r\nabc\r\n"))).toEqual([true, true]);
    expect(read).toBe(0);
  });
});

describe("bytes", () => {
  const bytes = { body: { contentType: "application/octet-stream", encode: bytesBody } };
  test("of an async iterable", async () => {
    loopback.answer(json(200, {}));
    async function* chunks() {
      yield new Uint8Array([97]);
      yield new TextEncoder().encode("bc").buffer;
      yield "d";
    }
    await send(bytes, { body: chunks() });
    expect(loopback.arrived[0]).toMatchObject({ body: "abcd" });
  });

  test("what is no bytes breaks the request, not the process", async () => {
    loopback.answer(json(200, {}));
    await expect(send(bytes, { body: numbers(1) })).rejects.toMatchObject({ name: "NetworkError", attempts: 1 });
  });
});
