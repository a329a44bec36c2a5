/** Answers of servers good and bad, byte for byte. */
import type { Socket } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { RawAnswer } from "./raw-server.ts";

export interface RawCase {
  readonly name: string;
  readonly answer: RawAnswer;
  readonly method?: string;
}

type Bytes = string | Buffer;

const bytes = (part: Bytes): Buffer => (typeof part === "string" ? Buffer.from(part, "latin1") : part);
const join = (...parts: Bytes[]): Buffer => Buffer.concat(parts.map(bytes));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** All at once; the connection stays open. */
const send =
  (...parts: Bytes[]): RawAnswer =>
  (socket) => {
    socket.write(join(...parts));
  };
/** Part by part, and then what ends it. */
const drip =
  (parts: readonly Bytes[], end: (socket: Socket) => void = () => {}): RawAnswer =>
  async (socket) => {
    for (const part of parts) {
      if (socket.destroyed) return;
      socket.write(bytes(part));
      await pause(10);
    }
    end(socket);
  };
const close = (socket: Socket): void => {
  socket.end();
};
const reset = (socket: Socket): void => {
  socket.resetAndDestroy();
};
const ok = (body: Bytes, ...headers: string[]): Buffer =>
  join(
    "HTTP/1.1 200 OK\r\n",
    ...headers.map((line) => `${line}\r\n`),
    `Content-Length: ${bytes(body).length}\r\n\r\n`,
    body,
  );
const chunk = (part: Bytes): Buffer => join(`${bytes(part).length.toString(16)}\r\n`, part, "\r\n");
const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
const encoded = (coding: string, body: Buffer): Buffer => ok(body, `Content-Encoding: ${coding}`);

const text = "The quick brown fox jumps over the lazy dog. ".repeat(200);
const big = Buffer.alloc(3_000_000, text);
/** Compresses badly, so that it comes in many pieces. */
const noise = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at * 31 + (at >> 3)) & 255));

export const rawCases: readonly RawCase[] = [
  // Framing.
  { name: "a length", answer: send(ok('{"a":1}', "Content-Type: application/json")) },
  { name: "an empty body", answer: send(ok("")) },
  { name: "chunks", answer: send(chunked, "\r\n", chunk("one"), chunk("two"), "0\r\n\r\n") },
  {
    name: "chunks with an extension and trailers",
    answer: send(chunked, "Trailer: X-Sum\r\n\r\n3;a=b\r\none\r\n0\r\nX-Sum: 1\r\n\r\n"),
  },
  { name: "chunks that drip", answer: drip([`${chunked}\r\n`, chunk("one"), chunk("two"), "0\r\n\r\n"]) },
  { name: "a body up to the end of the connection", answer: drip(["HTTP/1.1 200 OK\r\n\r\n", "one", "two"], close) },
  { name: "HTTP/1.0", answer: drip(["HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\none"], close) },
  { name: "a big body", answer: send(ok(big)) },
  {
    name: "a big body in many pieces",
    answer: drip([chunked, "\r\n", ...Array.from({ length: 12 }, () => chunk(noise)), "0\r\n\r\n"]),
  },
  {
    name: "a head that drips",
    answer: drip(["HTTP/1.1 200", " OK\r\nX-A: o", "ne\r\nContent-Le", "ngth: 2\r\n\r", "\nok"]),
  },
  { name: "Connection: close", answer: drip([ok("one", "Connection: close")], close) },
  // Statuses.
  ...[201, 204, 205, 304, 400, 401, 404, 429, 500, 503, 599].map((status) => ({
    name: `status ${status}`,
    answer: send(`HTTP/1.1 ${status} Said\r\nContent-Length: 0\r\n\r\n`),
  })),
  { name: "status 999", answer: send("HTTP/1.1 999 Denied\r\nContent-Length: 2\r\n\r\nno") },
  { name: "no reason phrase", answer: send("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok") },
  {
    name: "304 with a length",
    answer: drip(["HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: x\r\n\r\n"], close),
  },
  {
    name: "HEAD",
    method: "HEAD",
    answer: send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\nContent-Encoding: gzip\r\n\r\n"),
  },
  { name: "early hints", answer: send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", ok("ok")) },
  { name: "processing", answer: drip(["HTTP/1.1 102 Processing\r\n\r\n", ok("ok")]) },
  { name: "100 that nobody asked for", answer: send("HTTP/1.1 100 Continue\r\n\r\n", ok("ok")) },
  { name: "an upgrade", answer: send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n") },
  ...[301, 302, 303, 307, 308].map((status) => ({
    name: `redirect ${status}`,
    answer: send(`HTTP/1.1 ${status} Moved\r\nLocation: /elsewhere\r\nContent-Length: 4\r\n\r\ngone`),
  })),
  // Codings.
  { name: "gzip", answer: send(encoded("gzip", gzipSync(text))) },
  { name: "x-gzip, in capitals", answer: send(encoded("X-GZIP", gzipSync(text))) },
  { name: "deflate", answer: send(encoded("deflate", deflateSync(text))) },
  { name: "deflate without its header", answer: send(encoded("deflate", deflateRawSync(text))) },
  { name: "br", answer: send(encoded("br", brotliCompressSync(text))) },
  { name: "zstd", answer: send(encoded("zstd", zstdCompressSync(text))) },
  { name: "gzip of deflate", answer: send(encoded("deflate, gzip", gzipSync(deflateSync(text)))) },
  {
    name: "two headers of codings",
    answer: send(ok(gzipSync(brotliCompressSync(text)), "Content-Encoding: br", "Content-Encoding: gzip")),
  },
  { name: "an unknown coding", answer: send(encoded("pack200", Buffer.from(text))) },
  { name: "identity", answer: send(encoded("identity", Buffer.from(text))) },
  { name: "six codings", answer: send(encoded("gzip, gzip, gzip, gzip, gzip, gzip", gzipSync(text))) },
  { name: "gzip of much", answer: send(encoded("gzip", gzipSync(big))) },
  {
    name: "gzip in chunks",
    answer: drip([chunked, "Content-Encoding: gzip\r\n\r\n", chunk(gzipSync(noise)), "0\r\n\r\n"]),
  },
  { name: "gzip of nothing", answer: send(encoded("gzip", gzipSync(""))) },
  { name: "gzip without a byte", answer: send(encoded("gzip", Buffer.alloc(0))) },
  { name: "gzip that ends early", answer: send(encoded("gzip", gzipSync(text).subarray(0, 60))) },
  { name: "gzip with a tail", answer: send(encoded("gzip", join(gzipSync(text), "tail"))) },
  { name: "gzip that is none", answer: send(encoded("gzip", Buffer.from(text))) },
  { name: "br that is none", answer: send(encoded("br", Buffer.from(text))) },
  { name: "gzip, cut by the connection", answer: drip([encoded("gzip", gzipSync(noise)).subarray(0, 5_000)], close) },
  { name: "204 with a coding", answer: send("HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n") },
  // Headers.
  { name: "cookies", answer: send(ok("ok", "Set-Cookie: a=1; Path=/", "set-cookie: b=2", "Set-Cookie: a=3")) },
  { name: "a header said twice", answer: send(ok("ok", "X-A: one", "x-b: other", "X-a: two")) },
  { name: "Latin-1 in a header", answer: send(ok("ok", "X-A: caf\u00e9")) },
  {
    name: "UTF-8 in a header",
    answer: send(
      ok("ok", `Content-Disposition: attachment; filename="${bytes(Buffer.from("naïve €.pdf")).toString("latin1")}"`),
    ),
  },
  { name: "spaces around a value", answer: send(ok("ok", "X-A:   one \t ", "X-B:", "X-C: ")) },
  {
    name: "names of Object.prototype",
    answer: send(ok("ok", "__proto__: a", "constructor: b", "toString: c", "__proto__: d")),
  },
  { name: "a space before the colon", answer: send(ok("ok", "X-A : one")) },
  { name: "a name that is none", answer: send(ok("ok", "X(A): one")) },
  { name: "NUL in a value", answer: send(ok("ok", "X-A: o\0ne")) },
  { name: "a bare CR in a value", answer: send(ok("ok", "X-A: o\rne")) },
  { name: "a control in a value", answer: send(ok("ok", "X-A: o\x01ne")) },
  { name: "a folded line", answer: send(ok("ok", "X-A: one\r\n two")) },
  { name: "a head of 100 kB", answer: send(ok("ok", `X-A: ${"a".repeat(100_000)}`)) },
  { name: "two lengths", answer: send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk") },
  { name: "a length beside chunks", answer: send(chunked, "Content-Length: 3\r\n\r\n", chunk("one"), "0\r\n\r\n") },
  { name: "a length that is none", answer: send("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok") },
  { name: "a chunk's length that is none", answer: send(chunked, "\r\nxyz\r\none\r\n0\r\n\r\n") },
  // What breaks.
  { name: "closed before a byte", answer: close },
  { name: "reset before a byte", answer: reset },
  { name: "closed within the head", answer: drip(["HTTP/1.1 200 OK\r\nContent-Le"], close) },
  { name: "reset within the head", answer: drip(["HTTP/1.1 200 OK\r\nContent-Le"], reset) },
  { name: "closed after the head", answer: drip(["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"], close) },
  { name: "reset after the head", answer: drip(["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"], reset) },
  { name: "closed within a length", answer: drip(["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "one"], close) },
  { name: "reset within a length", answer: drip(["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "one"], reset) },
  { name: "closed within chunks", answer: drip([chunked, "\r\n", chunk("one")], close) },
  { name: "closed within a chunk", answer: drip([chunked, "\r\n9\r\none"], close) },
  { name: "reset within chunks", answer: drip([chunked, "\r\n", chunk("one")], reset) },
  { name: "more than the length", answer: drip(["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none, two"], close) },
  { name: "no HTTP", answer: send("SSH-2.0-OpenSSH_9.6\r\n") },
  { name: "HTTP/2 in the clear", answer: send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") },
];
