/** Aborts in every phase, readers that give up or do not read, and what is left afterwards. */
import { getEventListeners, once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createGzip, gzipSync } from "node:zlib";
import { undiciFetch } from "@couplet/runtime/undici";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RawServer, startRawServer } from "./raw-server.ts";
import { newest, ownFetch, transports, undici7, undici8 } from "./transports.ts";

let server: RawServer;
beforeAll(async () => {
  server = await startRawServer();
});
afterAll(() => server.close());
afterEach(async () => {
  for (const socket of server.open) socket.destroy();
  await until(() => server.open.size === 0);
  // The clients see it too.
  await sleep(10);
  server.connections = 0;
  server.served = undefined;
});

const manual = { redirect: "manual" } as const;
const head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
const small = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Waits for something that a socket of another process's kind brings about. */
async function until(holds: () => boolean): Promise<void> {
  for (let left = 500; !holds(); left--) {
    if (left === 0) throw new Error("it never came");
    await sleep(4);
  }
}

const pairs = [
  ...transports.map(([name, undici]) => [name, undiciFetch(undici)] as const),
  // What holds for them must be what a client may expect of any fetch.
  ...transports.map(([name, undici]) => [`the fetch of ${name}`, ownFetch(undici)] as const),
  ["the global fetch", fetch] as const,
];
const isOurs = (name: string) => name.startsWith("undici");

describe.each(pairs)("%s", (name, send) => {
  const reasons: readonly (readonly [name: string, reason: unknown])[] = [
    ["an error", new Error("mine")],
    ["a text", "mine"],
    ["nothing", undefined],
  ];

  describe.each(reasons)("an abort with %s", (_, reason) => {
    test("before it starts", async () => {
      const signal = AbortSignal.abort(reason);
      await expect(send(server.base, { ...manual, signal })).rejects.toBe(signal.reason);
      expect(server.connections).toBe(0);
    });

    test("before a connection is there", async () => {
      server.answer = (socket) => socket.write(small);
      const abort = new AbortController();
      const sending = send(server.base, { ...manual, signal: abort.signal });
      abort.abort(reason);
      await expect(sending).rejects.toBe(abort.signal.reason);
      expect(getEventListeners(abort.signal, "abort")).toEqual([]);
    });

    test("before the head", async () => {
      const abort = new AbortController();
      const asked = new Promise<void>((resolve) => {
        server.answer = () => resolve();
      });
      const sending = send(server.base, { ...manual, signal: abort.signal });
      await asked;
      abort.abort(reason);
      await expect(sending).rejects.toBe(abort.signal.reason);
      await until(() => server.served!.closed);
    });

    test.each(["", "begun"])("within the body, %s", async (begun) => {
      server.answer = (socket) => socket.write(head + begun);
      const abort = new AbortController();
      const response = await send(server.base, { ...manual, signal: abort.signal });
      const reader = response.body!.getReader();
      if (begun !== "") await reader.read();
      const reading = reader.read();
      abort.abort(reason);
      await expect(reading).rejects.toBe(abort.signal.reason);
      await expect(reader.read()).rejects.toBe(abort.signal.reason);
      await until(() => server.served!.closed);
    });

    test("while a body is sent", async () => {
      const abort = new AbortController();
      let left = 0;
      const body = new ReadableStream({
        async pull(controller) {
          await sleep(5);
          controller.enqueue(new Uint8Array(1000));
        },
        cancel: () => {
          left += 1;
        },
      });
      const init = { ...manual, method: "POST", body, duplex: "half", signal: abort.signal } as const;
      const sending = send(server.base, init as RequestInit);
      await until(() => server.served !== undefined);
      abort.abort(reason);
      await expect(sending).rejects.toBe(abort.signal.reason);
      await until(() => server.served!.closed);
      if (isOurs(name)) await until(() => left === 1);
    });
  });

  test("an abort after the end is none", async () => {
    server.answer = (socket) => socket.write(small);
    const abort = new AbortController();
    const response = await send(server.base, { ...manual, signal: abort.signal });
    expect(await response.text()).toBe("ok");
    abort.abort();
    await sleep(5);
    expect(server.served!.closed).toBe(false);
  });

  test.each(["", "begun"])("a reader who gives up frees the connection, %s", async (begun) => {
    server.answer = (socket) => socket.write(head + begun);
    const { signal } = new AbortController();
    const response = await send(server.base, { ...manual, signal });
    await response.body!.cancel();
    await until(() => server.served!.closed);
    if (isOurs(name)) expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("a body is read in its reader's own memory", async () => {
    server.answer = (socket) => socket.write(small);
    const response = await send(server.base, manual);
    const reader = response.body!.getReader({ mode: "byob" });
    const { value } = await reader.read(new Uint8Array(8));
    expect(Buffer.from(value!).toString()).toBe("ok");
    expect(await reader.read(new Uint8Array(8))).toMatchObject({ done: true });
  });

  test("connections are used again", async () => {
    server.answer = (socket) => socket.write(small);
    await (await send(server.base, manual)).text();
    const before = server.connections;
    for (let call = 0; call < 20; call++) await (await send(server.base, manual)).text();
    expect(server.connections - before).toBeLessThanOrEqual(1);
  });

  describe.each(["plain", "gzip"])("a body that nobody reads, %s", (coding) => {
    const chunk = Buffer.alloc(65_536, "x");
    const packed = gzipSync(Buffer.alloc(64 << 20));
    let written = 0;

    beforeEach(() => {
      written = 0;
      server.answer = async (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${coding === "gzip" ? "Content-Encoding: gzip\r\n" : ""}\r\n`);
        const piece = coding === "gzip" ? packed : chunk;
        while (!socket.destroyed && written < 256 << 20) {
          written += piece.length;
          if (!socket.write(piece)) await new Promise<void>((go) => socket.once("drain", go).once("close", go));
        }
        socket.end();
      };
    });

    test("is not taken from the server, and then it is given up", async () => {
      const before = process.memoryUsage().arrayBuffers;
      const response = await send(server.base, manual);
      await sleep(300);
      const held = written;
      await sleep(100);
      expect(written).toBe(held);
      // What the kernel holds of it is not ours.
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(24 << 20);
      await response.body!.cancel();
      await until(() => server.served!.closed);
    });
  });

  test("a slow reader gets all of it", async () => {
    const size = 3_000_000;
    server.answer = (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
      socket.write(Buffer.alloc(size, "y"));
    };
    const response = await send(server.base, manual);
    let count = 0;
    for await (const chunk of response.body!) {
      count += chunk.byteLength;
      if (count % 7 === 0) await sleep(1);
    }
    expect(count).toBe(size);
  });
});

describe.each(transports)("%s", (_, undici) => {
  test("a stream that was to be sent is left when it never is", async () => {
    const send = undiciFetch(undici);
    const left: unknown[] = [];
    const bodyOf = () => new ReadableStream({ cancel: (reason) => void left.push(reason) });
    const init = { ...manual, method: "POST", duplex: "half" } as const;
    const abort = new AbortController();
    const sending = send(server.base, { ...init, body: bodyOf(), signal: abort.signal } as RequestInit);
    abort.abort(new Error("mine"));
    await expect(sending).rejects.toThrow("mine");
    const refused = await send("http://127.0.0.1:1", { ...init, body: bodyOf() } as RequestInit).catch(
      (error) => error,
    );
    expect(refused).toMatchObject({ message: "fetch failed", cause: { code: "ECONNREFUSED" } });
    expect(left).toEqual([abort.signal.reason, refused]);
  });

  test("a 205 that has a body all the same loses its connection", async () => {
    const send = undiciFetch(undici);
    server.answer = (socket) => socket.write("HTTP/1.1 205 Reset\r\nContent-Length: 1000\r\n\r\nsome");
    expect((await send(server.base, manual)).body).toBeNull();
    await until(() => server.served!.closed);
  });

  test("nothing is left on a signal of many calls, however they end", async () => {
    const send = undiciFetch(undici);
    const { signal } = new AbortController();
    const answers = [
      small,
      "HTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nno",
      "no HTTP\r\n\r\n",
    ];
    for (const answer of answers) {
      server.answer = (socket) => socket.write(answer);
      for (let call = 0; call < 5; call++) {
        await send(server.base, { ...manual, signal })
          .then((response) => response.text())
          .catch(() => {});
      }
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("dispatchers", () => {
  test("of the application are used", async () => {
    const { MockAgent } = undici8;
    const agent = new MockAgent();
    agent.disableNetConnect();
    agent
      .get("https://api.example")
      .intercept({ path: "/a", method: "POST" })
      .reply(201, "mocked", { headers: { "x-a": "1" } });
    const send = undiciFetch({ ...newest, getGlobalDispatcher: () => agent });
    const init = { ...manual, method: "POST", body: "x", connectTimeout: 500 } as RequestInit;
    const response = await send("https://api.example/a", init);
    expect([response.status, response.headers.get("x-a"), await response.text()]).toEqual([201, "1", "mocked"]);
    await expect(send("https://api.example/b", init)).rejects.toThrow(TypeError);
    agent.assertNoPendingInterceptors();
    await agent.close();
  });

  test("that throw fail the request", async () => {
    const { signal } = new AbortController();
    const broken = {
      dispatch: () => {
        throw new Error("broken");
      },
    };
    const send = undiciFetch({ ...newest, getGlobalDispatcher: () => broken });
    await expect(send(server.base, { ...manual, signal })).rejects.toMatchObject({ cause: { message: "broken" } });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test.each(transports)("of HTTP/2 are used, by %s", async (name, { fetch, Agent }) => {
    if (name === "undici 6") return;
    const { H2CClient } = name === "undici 7" ? undici7 : undici8;
    const server = createServer((request, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "set-cookie": ["a=1", "b=2"], "x-a": "one" });
      request.pipe(createGzip()).pipe(response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new H2CClient(base);
    const send = undiciFetch({ fetch, Agent, getGlobalDispatcher: () => client });
    const response = await send(`${base}/a`, { ...manual, method: "POST", body: "é" });
    expect([response.status, response.headers.get("x-a"), response.headers.getSetCookie()]).toEqual([
      200,
      "one",
      ["a=1", "b=2"],
    ]);
    expect(await response.text()).toBe("é");
    await client.destroy();
    server.close();
  });

  test.each(transports)("of Node itself are used, by %s", async (_, { fetch, Agent }) => {
    const nodes = Reflect.get(globalThis, Symbol.for("undici.globalDispatcher.1"));
    const send = undiciFetch({ fetch, Agent, getGlobalDispatcher: () => nodes });
    server.answer = (socket) => socket.write(small);
    expect(await (await send(server.base, manual)).text()).toBe("ok");
  });
});
