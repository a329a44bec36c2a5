/** Answers that are not as declared, over real sockets: each is data or a typed error, never something in between. */

import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import type { ResponseKind } from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNamespace } from "../../runtime/client.ts";
import { connector, define, skippingClock, unsafePolicy } from "./pay.ts";

let server: Server;
let raw = "";
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(raw));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(() => new Promise((done) => server.close(done)));

function answer(head: string, body: string): string {
  return `HTTP/1.1 ${head}\r\nConnection: close\r\n\r\n${body}`;
}

/** The call's data, or its error. */
async function call(kind: ResponseKind, text: string): Promise<unknown> {
  raw = text;
  const operation = define({ policy: unsafePolicy, method: "POST", responses: { "200": kind, "4XX": "json" } });
  const options = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    auth: { secretKey: "sk" },
    clock: skippingClock(),
  };
  const { post } = createNamespace<{ post(): Promise<unknown> }>(connector, options, { post: operation });
  return post().catch((error: unknown) => error);
}

const type = (contentType: string) => `\r\nContent-Type: ${contentType}`;
const bytes = (text: string) => new TextEncoder().encode(text);

test.each<[string, ResponseKind, string, unknown]>([
  ["an unknown success, JSON", "json", answer(`207 Multi${type("application/json")}`, "[1]"), [1]],
  ["an unknown success, text", "json", answer(`207 Multi${type("text/plain")}`, "ok"), "ok"],
  ["an unknown success of no type", "json", answer("207 Multi", "x"), bytes("x")],
  ["an unknown success without a body", "json", answer("299 Odd", ""), undefined],
  ["an empty body where JSON is declared", "json", answer("200 OK\r\nContent-Length: 0", ""), undefined],
  [
    "an unknown type where the document is silent",
    "auto",
    answer(`200 OK${type("application/x-odd")}`, "x"),
    bytes("x"),
  ],
  ["a type that is no type", "auto", answer(`200 OK${type("&")}`, "x"), bytes("x")],
  ["JSON under another type", "json", answer(`200 OK${type("text/plain")}`, "{}"), {}],
  [
    "a stream where nobody streams",
    "stream",
    answer(`200 OK${type("text/event-stream")}`, "data: 1\n\n"),
    "data: 1\n\n",
  ],
])("%s is data", async (_, kind, text, wanted) => {
  expect(await call(kind, text)).toEqual(wanted);
});

test.each<[string, ResponseKind, string, object]>([
  [
    "malformed JSON",
    "json",
    answer(`200 OK${type("application/json")}`, '{"a":'),
    { name: "DecodeError", effect: "applied" },
  ],
  ["malformed JSON by its type", "auto", answer(`200 OK${type("application/json")}`, "{"), { name: "DecodeError" }],
  ["malformed JSON of an unknown status", "json", answer(`207 Multi${type("a/b+json")}`, "{"), { name: "DecodeError" }],
  ["a page instead of JSON", "json", answer(`200 OK${type("text/html")}`, "<p>"), { name: "DecodeError" }],
  [
    "a rounded integer",
    "json",
    answer(`200 OK${type("application/json")}`, "9007199254740993"),
    { name: "DecodeError" },
  ],
  [
    "a truncated body",
    "json",
    answer(`200 OK${type("application/json")}\r\nContent-Length: 9`, "{}"),
    { name: "NetworkError" },
  ],
  ["a truncated chunk", "json", answer("200 OK\r\nTransfer-Encoding: chunked", "9\r\n{}"), { name: "NetworkError" }],
  [
    "a missing last chunk",
    "json",
    answer("200 OK\r\nTransfer-Encoding: chunked", "2\r\n{}\r\n"),
    { name: "NetworkError" },
  ],
  ["truncated text", "text", answer("200 OK\r\nContent-Length: 9", "abc"), { name: "NetworkError" }],
  ["truncated bytes", "bytes", answer("200 OK\r\nContent-Length: 9", "abc"), { name: "NetworkError" }],
  [
    "bytes that are not compressed as they say",
    "text",
    answer("200 OK\r\nContent-Encoding: gzip", "abc"),
    { name: "NetworkError" },
  ],
  ["no HTTP", "json", "what?\r\n\r\n", { name: "NetworkError" }],
  ["nothing", "json", "", { name: "NetworkError" }],
  [
    "an unknown error, JSON",
    "json",
    answer(`418 Odd${type("application/json")}`, '{"a":1}'),
    { status: 418, body: { a: 1 } },
  ],
  ["an unknown error, a page", "json", answer(`502 Odd${type("text/html")}`, "<p>"), { status: 502, body: "<p>" }],
  [
    "an error with malformed JSON",
    "json",
    answer(`400 Odd${type("application/json")}`, "{"),
    { status: 400, body: "{" },
  ],
  ["an error without a body", "json", answer("404 Odd\r\nContent-Length: 0", ""), { status: 404, body: undefined }],
  ["a truncated error", "json", answer("404 Odd\r\nContent-Length: 9", "{}"), { name: "NetworkError" }],
  ["a status nobody knows", "json", answer("799 Odd", "x"), { name: "ServerError", status: 799, body: "x" }],
])("%s is a typed error", async (_, kind, text, wanted) => {
  const error = await call(kind, text);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ provider: "pay", attempts: 1, ...wanted });
});
