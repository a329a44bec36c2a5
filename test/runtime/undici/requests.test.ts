/** What is sent through undiciFetch arrives as the same bytes as through undici's own `fetch`. */
import { undiciFetch } from "@couplet/runtime/undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RawServer, startRawServer } from "./raw-server.ts";
import { ownFetch, transports } from "./transports.ts";

let server: RawServer;
beforeAll(async () => {
  server = await startRawServer();
  server.answer = (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
});
afterAll(() => server.close());

const bytes = new Uint8Array([0, 255, 13, 10, 65]);
const streamOf = (...chunks: Uint8Array[]) =>
  new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
const post = (body: RequestInit["body"], headers: RequestInit["headers"] = {}): RequestInit => ({
  method: "POST",
  body: body!,
  headers,
});

const requests: readonly (readonly [name: string, init: () => RequestInit])[] = [
  ["a GET", () => ({})],
  ["a DELETE", () => ({ method: "DELETE" })],
  ["OPTIONS", () => ({ method: "OPTIONS" })],
  ["a POST without a body", () => ({ method: "POST" })],
  ["a PUT without a body", () => ({ method: "PUT", body: null })],
  ["an empty text", () => post("")],
  ["text beyond ASCII", () => post('{"name":"Zoë 😀 \ud800"}', { "content-type": "application/json" })],
  ["text without a type", () => post("text")],
  ["bytes", () => post(bytes)],
  ["a part of a buffer", () => post(bytes.subarray(1, 3))],
  ["an ArrayBuffer", () => post(bytes.buffer)],
  ["no bytes", () => post(new Uint8Array())],
  ["a Blob", () => post(new Blob(["ab", "c"], { type: "text/x" }))],
  ["a Blob without a type", () => post(new Blob(["abc"]))],
  ["a Blob with another type", () => post(new Blob(["abc"], { type: "text/x" }), { "content-type": "text/y" })],
  ["a form", () => post(new URLSearchParams({ a: "1 2", é: "&" }))],
  ["a stream", () => ({ ...post(streamOf(bytes, bytes)), duplex: "half" })],
  ["an empty stream", () => ({ ...post(streamOf()), duplex: "half" })],
  ["a DELETE with a body", () => ({ method: "DELETE", body: "x" })],
  ["headers by name", () => ({ headers: { "X-Name": "one", Accept: "a/b", "User-Agent": "me" } })],
  [
    "headers in a list",
    () => ({
      headers: [
        ["x-a", "1"],
        ["x-a", "2"],
      ],
    }),
  ],
  ["headers", () => ({ headers: new Headers({ "x-a": "caf\u00e9", authorization: "Bearer x" }) })],
  ["an encoding of the caller's", () => ({ headers: { "accept-encoding": "identity" } })],
  ["a range", () => ({ headers: { range: "bytes=0-1" } })],
  ["a host of the caller's", () => ({ headers: { host: "other.example" } })],
];

/** The request line, headers in order of their names, and the body. What only browsers say is left out. */
async function sent(send: typeof fetch, init: RequestInit, path = "/a"): Promise<unknown> {
  server.requests.length = 0;
  const response = await send(`${server.base}${path}`, { redirect: "manual", ...init });
  await response.arrayBuffer();
  const [head, ...body] = server.requests[0]!.split("\r\n\r\n");
  const [line, ...headers] = head!.split("\r\n");
  const shown = headers
    .map((header) => header.replace(/^[^:]*/, (name) => name.toLowerCase()))
    .filter((header) => !/^(?:accept-language|sec-fetch-mode): /.test(header))
    .map((header) => (/^accept-encoding: .*gzip/.test(header) ? "accept-encoding: some" : header));
  return { line, headers: shown.sort(), body: body.join("\r\n\r\n") };
}

describe.each(transports)("%s", (_, undici) => {
  const ours = undiciFetch(undici);
  const oracle = ownFetch(undici);

  test.each(requests)("%s", async (_name, init) => {
    expect(await sent(ours, init())).toEqual(await sent(oracle, init()));
  });

  test.each(["/", "/a%20b/?c=d&e", "/a?b#c?d", '/é "x"/../y?z=é|', "/a#", "//a"])("the URL %s", async (path) => {
    expect(await sent(ours, {}, path)).toEqual(await sent(oracle, {}, path));
  });

  // Undici 6 loses it.
  test("a question mark without a query", async () => {
    expect(await sent(ours, {}, "/a?")).toMatchObject({ line: "GET /a? HTTP/1.1" });
  });

  test("a form with files, of Node's FormData", async () => {
    const form = new FormData();
    form.set("a", "é");
    form.set("file", new Blob(["abc"], { type: "text/x" }), "f.txt");
    const { headers, body } = (await sent(ours, post(form))) as { headers: string[]; body: string };
    const type = headers.find((header) => header.startsWith("content-type: "))!.slice(14);
    const read = await new Response(Buffer.from(body, "latin1"), { headers: { "content-type": type } }).formData();
    expect(read.get("a")).toBe("é");
    const file = read.get("file") as File;
    expect([file.name, file.type, await file.text()]).toEqual(["f.txt", "text/x", "abc"]);
  });

  test("compressions are asked for", async () => {
    const { headers } = (await sent(ours, {})) as { headers: string[] };
    expect(headers).toContain("accept-encoding: some");
    expect(server.requests[0]).toContain("accept-encoding: gzip, deflate, br, zstd\r\n");
  });

  test.each<readonly [name: string, init: () => RequestInit]>([
    ["a GET with a body", () => ({ body: "x" })],
    ["a header that is none", () => ({ headers: { "x a": "1" } })],
    ["a value with a line break", () => ({ headers: { "x-a": "1\r\nx-b: 2" } })],
    ["CONNECT", () => ({ method: "CONNECT" })],
    [
      "a stream that breaks",
      () => ({ ...post(new ReadableStream({ pull: () => Promise.reject(new Error("mine")) })), duplex: "half" }),
    ],
    [
      "a stream that was read",
      () => {
        const stream = streamOf(bytes);
        stream.getReader();
        return { ...post(stream), duplex: "half" };
      },
    ],
  ])("%s is refused", async (_name, init) => {
    await expect(ours(server.base, { redirect: "manual", ...init() })).rejects.toThrow(TypeError);
    await expect(oracle(server.base, { redirect: "manual", ...init() })).rejects.toThrow(TypeError);
  });

  test.each(["http://u:p@127.0.0.1/", "ftp://127.0.0.1/", "no URL"])("the URL %s is refused", async (url) => {
    await expect(ours(url, { redirect: "manual" })).rejects.toThrow(TypeError);
  });

  test("what is not for a client goes to undici's own fetch", async () => {
    expect(await (await ours("data:,text", { redirect: "manual" })).text()).toBe("text");
    server.answer = (socket, request) => {
      const head = request.startsWith("GET /a ") ? "302 Found\r\nLocation: /b" : "200 OK";
      socket.write(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`);
    };
    expect(await ours(`${server.base}/a`)).toMatchObject({ redirected: true, url: `${server.base}/b` });
    expect(await ours(new URL(`${server.base}/a`), { redirect: "manual" })).toMatchObject({ status: 302 });
    await expect(ours(`${server.base}/a`, { redirect: "error" })).rejects.toThrow(TypeError);
    server.answer = (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });

  test("nothing of a polluted prototype is believed", async () => {
    const polluted: Record<string, unknown> = {
      body: "x",
      method: "POST",
      connectTimeout: 1,
      upgrade: "x",
      query: { a: 1 },
    };
    try {
      Object.assign(Object.prototype, polluted);
      const response = await ours(`${server.base}/clean`, { redirect: "manual" });
      expect(response.status).toBe(200);
    } finally {
      for (const name of Object.keys(polluted)) delete (Object.prototype as Record<string, unknown>)[name];
    }
    expect(server.requests.at(-1)).toMatch(/^GET \/clean HTTP\/1.1\r\n/);
  });
});
