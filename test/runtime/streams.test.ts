/** Streams over real sockets: what comes piece by piece, what ends it, and what it costs. */
import type { ServerResponse } from "node:http";
import { isConnectorError, logTo, validatorsOf } from "@couplet/runtime";
import {
  jsonLines,
  type OperationDescriptor,
  type ServerSentEvent,
  type StreamCall,
  sseEvents,
} from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createNamespace } from "../../runtime/client.ts";
import { type Answer, json, type Loopback, startLoopback } from "./loopback.ts";
import { connector, define, safePolicy, skippingClock, unsafePolicy } from "./pay.ts";

let loopback: Loopback;
beforeAll(async () => {
  loopback = await startLoopback();
});
afterAll(() => loopback.close());

const stream = { "200": "stream", default: "json" } as const;
const events = define({
  id: "events.follow",
  responses: stream,
  accept: "text/event-stream",
  stream: { use: sseEvents },
});
const texts = define({ id: "events.texts", responses: stream, stream: { use: sseEvents, items: "text" } });
const lines = define({ id: "lines.follow", responses: stream, stream: { use: jsonLines } });
const chat = define({
  id: "chat.create",
  policy: unsafePolicy,
  method: "POST",
  responses: { "200": "json", default: "json" },
  stream: { use: sseEvents, accept: "text/event-stream" },
});

type Method<Item> = (input?: object, options?: object) => StreamCall<Item>;
interface Client {
  events: Method<ServerSentEvent<unknown>>;
  texts: Method<ServerSentEvent<string>>;
  lines: Method<unknown>;
  chat: Method<ServerSentEvent<unknown>>;
}
function client(more: object = {}): Client {
  const operations: Record<string, OperationDescriptor> = { events, texts, lines, chat };
  return createNamespace(
    connector,
    { baseUrl: loopback.base, auth: { secretKey: "sk" }, clock: skippingClock(), ...more },
    operations,
  );
}

/** Writes pieces one after the other, each in a packet of its own, then ends. */
function pieces(contentType: string | undefined, ...parts: (string | Uint8Array)[]): Answer {
  return async (response) => {
    response.writeHead(200, contentType === undefined ? {} : { "content-type": contentType });
    for (const part of parts) {
      response.write(part);
      await new Promise((done) => setTimeout(done, 3));
    }
    response.end();
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const sse = "text/event-stream; charset=utf-8";
const event = (data: unknown, more: object = {}) => ({ event: "message", data, id: "", ...more });

describe("server-sent events", () => {
  test.each<[string, (string | Uint8Array)[], unknown[]]>([
    ["one", ['data: {"a":1}\n\n'], [event({ a: 1 })]],
    ["all fields", ["event: add\nid: 7\nretry: 250\ndata: 1\n\n"], [{ event: "add", data: 1, id: "7", retry: 250 }]],
    ["an id stays", ["id: 7\ndata: 1\n\ndata: 2\n\n"], [event(1, { id: "7" }), event(2, { id: "7" })]],
    ["an event name does not", ["event: x\ndata: 1\n\ndata: 2\n\n"], [event(1, { event: "x" }), event(2)]],
    ["an id with NUL is ignored", ["id: a\0b\ndata: 1\n\n"], [event(1)]],
    ["a retry that is no number", ["retry: 1s\ndata: 1\n\n"], [event(1)]],
    ["several data lines", ["data: [1,\ndata: 2]\n\n"], [event([1, 2])]],
    ["comments and unknown fields", [": hello\ndata: 1\nfoo: bar\n:\n\n"], [event(1)]],
    ["no space, and only one is taken", ['data:1\n\ndata:  "x"\n\n'], [event(1), event("x")]],
    ["a field without colon", ["event: x\nevent\ndata: 1\n\n"], [event(1)]],
    ["no data, no event", ["event: ping\n\ndata: 1\n\n"], [event(1)]],
    ["a byte order mark", ["\ufeffdata: 1\n\n"], [event(1)]],
    ["CR", ["data: 1\r\rdata: 2\r\r"], [event(1), event(2)]],
    ["CRLF", ["data: 1\r\n\r\ndata: 2\r\n\r\n"], [event(1), event(2)]],
    ["CRLF cut in two", ["data: 1\r", "\n\r", "\ndata: 2\r\n", "\r\n"], [event(1), event(2)]],
    ["pieces of a line", ["da", 'ta: {"a"', ":1", "}\n", "\n"], [event({ a: 1 })]],
    [
      "a character cut in two",
      [Uint8Array.of(...Buffer.from('data: "'), 0xc3), Uint8Array.of(0xa9), '"\n\n'],
      [event("é")],
    ],
    ["the last event is not whole", ["data: 1\n\ndata: 2\n"], [event(1)]],
    ["the sign of the end", ["data: 1\n\ndata: [DONE]\n\ndata: 2\n\n"], [event(1)]],
    ["nothing", [""], []],
  ])("%s", async (_, parts, wanted) => {
    loopback.answer(pieces(sse, ...parts));
    expect(await all(client().events())).toEqual(wanted);
    expect(loopback.arrived[0]!.headers.accept).toBe("text/event-stream");
  });

  test("texts stay texts", async () => {
    loopback.answer(pieces(sse, "data: a\ndata: b\ndata\n\ndata\n\ndata: [DONE]\n\n"));
    expect(await all(client().texts())).toEqual([event("a\nb\n"), event(""), event("[DONE]")]);
  });
});

describe("lines of JSON", () => {
  test.each<[string, string, string[], unknown[]]>([
    ["lines", "application/x-ndjson", ['{"a":1}\n{"a":2}\n'], [{ a: 1 }, { a: 2 }]],
    ["CRLF, blank lines, no last end", "application/jsonl", ["1\r\n\r\n\n2"], [1, 2]],
    ["pieces", "application/x-ndjson", ['{"a', '":1}', "\n", "[", "]"], [{ a: 1 }, []]],
    ["another label", "text/plain", ["1\n"], [1]],
    ["a sequence", "application/json-seq", ['\u001e{"a":\n1}\n\u001e2\n'], [{ a: 1 }, 2]],
    ["a sequence in pieces", "application/json-seq", ["\u001e", "[1", "]\n\u001e", "\u001e3\n"], [[1], 3]],
    ["nothing", "application/x-ndjson", [""], []],
  ])("%s", async (_, type, parts, wanted) => {
    loopback.answer(pieces(type, ...parts));
    expect(await all(client().lines())).toEqual(wanted);
  });
});

describe("faults are typed errors, and what came before them is kept", () => {
  const cut: Answer = (response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.write("1\n2\n", () => response.destroy());
  };
  const silent: Answer = (response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.write("1\n2\n");
  };
  test.each<[string, Answer, object, object]>([
    ["a cut connection", cut, {}, { name: "NetworkError", attempts: 1 }],
    ["silence", silent, { timeout: 80 }, { name: "TimeoutError", code: "idle" }],
    ["what is no JSON", pieces("application/x-ndjson", "1\n2\n{\n"), {}, { name: "DecodeError", effect: "applied" }],
    ["a cut record", pieces("application/json-seq", "\u001e1\n\u001e2\n\u001e3"), {}, { name: "DecodeError" }],
    ["a rounded integer", pieces("application/x-ndjson", "1\n2\n9007199254740993\n"), {}, { name: "DecodeError" }],
  ])("%s", async (_, answer, options, wanted) => {
    loopback.answer(answer);
    const found: unknown[] = [];
    const read = async () => {
      for await (const item of client().lines({}, options)) found.push(item);
    };
    const error = await read().catch((reason: unknown) => reason);
    expect(error).toMatchObject(wanted);
    expect(isConnectorError(error)).toBe(true);
    expect(found).toEqual([1, 2]);
    expect(loopback.arrived).toHaveLength(1);
  });

  test.each<[string, keyof Client, Answer, object]>([
    ["a page instead of lines", "lines", pieces("text/html", "<p>"), { name: "DecodeError" }],
    ["JSON instead of events", "events", json(200, {}), { name: "DecodeError" }],
    ["an error of the provider", "events", json(404, { a: 1 }), { name: "NotFoundError", body: { a: 1 } }],
  ])("%s", async (_, method, answer, wanted) => {
    loopback.answer(answer);
    await expect(client()[method]()).rejects.toMatchObject(wanted);
    await expect(all(client()[method]())).rejects.toMatchObject(wanted);
  });

  test("an item beyond the limit", async () => {
    const operation = define({
      id: "lines.small",
      policy: { ...unsafePolicy, maxResponse: 10 },
      responses: stream,
      stream: { use: jsonLines },
    });
    loopback.answer(pieces("application/x-ndjson", '"12345678"\n"12345678"\n', '"123', "4567", '89"\n'));
    const { small } = createNamespace<{ small: Method<unknown> }>(
      connector,
      { baseUrl: loopback.base, auth: { secretKey: "sk" } },
      { small: operation },
    );
    await expect(all(small())).rejects.toMatchObject({ name: "ResponseTooLargeError" });
  });

  test("a head that does not come is tried again; a body is not", async () => {
    loopback.answer(json(503, {}), pieces(sse, "data: 1\n\n"));
    expect(await all(client().events())).toEqual([event(1)]);
    expect(loopback.arrived).toHaveLength(2);
  });
});

describe("the life of a stream", () => {
  /** Two events at once, then one every few milliseconds until the connection closes. */
  function endless(): { readonly answer: Answer; readonly closed: Promise<void> } {
    let close: () => void;
    const closed = new Promise<void>((done) => {
      close = done;
    });
    const answer = (response: ServerResponse): void => {
      response.writeHead(200, { "content-type": sse });
      response.write("data: 1\n\ndata: 2\n\n");
      const timer = setInterval(() => response.write("data: 3\n\n"), 5);
      response.on("close", () => {
        clearInterval(timer);
        close();
      });
    };
    return { answer, closed };
  }

  test("lives longer than the attempt and the deadline while bytes come", async () => {
    const { answer, closed } = endless();
    loopback.answer(answer);
    let count = 0;
    const from = performance.now();
    for await (const _ of client().events({}, { timeout: 100, deadline: 120 })) {
      count++;
      if (performance.now() - from > 250) break;
    }
    expect(count).toBeGreaterThan(5);
    await closed;
  });

  test.each<[string, (call: StreamCall<unknown>, controller: AbortController) => Promise<void>]>([
    [
      "break",
      async (call) => {
        for await (const _ of call) break;
      },
    ],
    [
      "abort between items",
      async (call, controller) => {
        const read = async () => {
          for await (const _ of call) controller.abort(new Error("enough"));
        };
        await expect(read()).rejects.toThrow("enough");
      },
    ],
    [
      "abort of a stream that nobody reads",
      async (call, controller) => {
        await call;
        controller.abort();
      },
    ],
    ["cancel", async (call) => (await call).cancel()],
  ])("%s closes the connection", async (_, end) => {
    const { answer, closed } = endless();
    loopback.answer(answer);
    const controller = new AbortController();
    const remove = vi.spyOn(controller.signal, "removeEventListener");
    await end(client().events({}, { signal: controller.signal }), controller);
    await closed;
    expect(remove.mock.calls.length).toBeGreaterThan(1);
  });

  test("abort while waiting for bytes ends the wait with the caller's reason", async () => {
    loopback.answer((response) => {
      response.writeHead(200, { "content-type": sse });
      response.flushHeaders();
    });
    const controller = new AbortController();
    const reading = all(client().events({}, { signal: controller.signal }));
    setTimeout(() => controller.abort("stop"), 30);
    await expect(reading).rejects.toBe("stop");
  });

  test("one that a rule calls an error is closed", async () => {
    const { answer, closed } = endless();
    loopback.answer((response, request) => {
      response.setHeader("x-state", "bad");
      answer(response, request);
    });
    const when = { op: "==", left: { from: "header", name: "x-state" }, right: "bad" } as const;
    const policy = { ...safePolicy, errors: [{ when, as: "BadState" }] };
    const one = { follow: { ...events, policy } };
    const options = { baseUrl: loopback.base, auth: { secretKey: "sk" } };
    const { follow } = createNamespace<{ follow: Method<unknown> }>(connector, options, one);
    const controller = new AbortController();
    const add = vi.spyOn(controller.signal, "addEventListener");
    const remove = vi.spyOn(controller.signal, "removeEventListener");
    expect(await follow({}, { signal: controller.signal }).result()).toMatchObject({ error: { name: "BadState" } });
    await closed;
    expect(remove.mock.calls.length).toBe(add.mock.calls.length);
  });

  test("cancelled while it is read, it just ends, whatever length it announced", async () => {
    loopback.answer((response) => {
      response.writeHead(200, { "content-type": sse, "content-length": "100" });
      response.write("data: 1\n\n");
    });
    const open = await client().events();
    setTimeout(() => open.cancel(), 30);
    expect(await all(open)).toEqual([event(1)]);
  });

  test("a head that comes after the attempt's end leaves no listener behind, and its body is left", async () => {
    let answer: (response: Response) => void = () => {};
    const send = () =>
      new Promise<Response>((resolve) => {
        answer = resolve;
      });
    const controller = new AbortController();
    const add = vi.spyOn(controller.signal, "addEventListener");
    const remove = vi.spyOn(controller.signal, "removeEventListener");
    const limits = { signal: controller.signal, timeout: 20, retry: false };
    expect((await client({ fetch: send }).events({}, limits).result()).ok).toBe(false);
    const cancel = vi.fn();
    answer(new Response(new ReadableStream({ cancel }), { headers: { "content-type": sse } }));
    await vi.waitFor(() => expect(cancel).toHaveBeenCalled());
    expect(remove.mock.calls.length).toBe(add.mock.calls.length);
  });

  test("awaiting gives the stream once the head came; it is read once", async () => {
    loopback.answer(pieces(sse, "data: 1\n\n"));
    const { data, response, meta } = await client().events().withResponse();
    expect([response.status, meta.attempts]).toEqual([200, 1]);
    expect(await all(data)).toEqual([event(1)]);
    await expect(all(data)).rejects.toThrow(/once/);
    loopback.answer(pieces(sse, "data: 1\n\n"));
    const result = await client().events().result();
    expect(result.ok && (await all(result.data))).toEqual([event(1)]);
  });

  test("an open stream holds no place in the queue", async () => {
    const { answer } = endless();
    loopback.answer(answer);
    const one = client();
    const open = await Promise.all(Array.from({ length: 12 }, () => one.events()));
    expect(open).toHaveLength(12);
    for (const stream of open) stream.cancel();
  });
});

describe("one operation with JSON and events", () => {
  test("JSON without a word, events when asked for", async () => {
    loopback.answer((response, { headers }) => {
      const wants = headers.accept === "text/event-stream";
      response.writeHead(200, { "content-type": wants ? sse : "application/json" });
      response.end(wants ? "data: 1\n\n" : '{"whole":true}');
    });
    expect(await client().chat()).toEqual({ whole: true });
    expect(await all(client().chat({}, { accept: "text/event-stream" }))).toEqual([event(1)]);
    expect(await client().chat({}, { accept: "something/else" })).toEqual({ whole: true });
  });

  test("another answer than asked for is a typed error, whichever way", async () => {
    loopback.answer(json(200, {}));
    await expect(client().chat({}, { accept: "text/event-stream" })).rejects.toMatchObject({
      name: "DecodeError",
      message: expect.stringContaining("asked for a stream in the request"),
    });
    loopback.answer(pieces(sse, "data: 1\n\n"));
    await expect(client().chat()).rejects.toMatchObject({ name: "DecodeError" });
  });
});

describe("items are validated one by one", () => {
  const even = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value: unknown) =>
        (value as number) % 2 === 0 ? { value } : { issues: [{ message: "is odd", path: [] }] },
    },
  } as const;
  const validators = validatorsOf({ "lines.follow": { items: even }, "lines.strict": { items: even } });

  test("a warning by default", async () => {
    loopback.answer(pieces("application/x-ndjson", "2\n3\n4\n"));
    const warn = vi.fn();
    expect(await all(client({ validators, telemetry: logTo({ warn }) }).lines())).toEqual([2, 3, 4]);
    expect(warn).toHaveBeenCalledOnce();
  });

  test("an error when the policy is strict", async () => {
    const strict = define({
      id: "lines.strict",
      policy: { ...unsafePolicy, validation: { request: "none", response: "strict" } },
      responses: stream,
      stream: { use: jsonLines },
    });
    loopback.answer(pieces("application/x-ndjson", "2\n3\n4\n"));
    const { call } = createNamespace<{ call: Method<unknown> }>(
      connector,
      { baseUrl: loopback.base, auth: { secretKey: "sk" }, validators },
      { call: strict },
    );
    const found: unknown[] = [];
    const read = async () => {
      for await (const item of call()) found.push(item);
    };
    await expect(read()).rejects.toMatchObject({ name: "ResponseValidationError", value: 3, status: 200 });
    expect(found).toEqual([2]);
  });
});
