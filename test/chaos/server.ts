/**
 * A provider that misbehaves, in a process of its own: `node server.ts '{"seed":1,"speed":1}'`. Prints its URL.
 * An act is named `op-<number>` somewhere in its path or body; nothing else of a request decides what happens to it.
 * `GET /ledger` answers when no late effect is pending. With `speed` its waits and storms are so much shorter.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { chance, type Fault, faultOf } from "./fault-plan.ts";
import { sendAnswer } from "./faulty-answer.ts";
import { Ledger } from "./ledger.ts";

const { seed = 1, speed = 1 } = JSON.parse(process.argv[2] ?? "{}") as { seed?: number; speed?: number };
const started = performance.now();
const ledger = new Ledger();
/** Milliseconds of the provider's time. */
const now = (): number => (performance.now() - started) * speed;

const MINUTE = 60_000;
const STORM = { from: 10_000, to: 15_000 };
const TOKEN_LIFE = 20_000;
const SKEW = 15 * MINUTE;
const tokens = new Map<string, number>();
let tokenRequests = 0;

const act = /\bop-[0-9]+\b/;

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The client has gone before its request was complete: it took no effect.
    return;
  }
  const body = Buffer.concat(chunks).toString();
  if (request.url === "/ledger") report(response);
  else if (request.url === "/oauth/token") issueToken(response);
  else answer(request, response, body);
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));

function report(response: ServerResponse): void {
  if (ledger.pending > 0) {
    setTimeout(() => report(response), 50);
    return;
  }
  const { mismatches, acts } = ledger;
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ mismatches, tokenRequests, acts: Object.fromEntries(acts) }));
}

/** One of two tokens is revoked before its time. */
function issueToken(response: ServerResponse): void {
  tokenRequests += 1;
  if (chance(seed, "token", tokenRequests) < 0.05) {
    response.writeHead(500).end();
    return;
  }
  const token = `token-${tokenRequests}`;
  tokens.set(token, now() + TOKEN_LIFE * (tokenRequests % 2 === 0 ? 1 : 0.35));
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ access_token: token, token_type: "Bearer", expires_in: TOKEN_LIFE / 1_000 }));
}

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  const { method = "", url = "", headers } = request;
  const name = act.exec(`${url} ${body}`)?.[0];
  if (name === undefined) {
    fail(response, 404, "no_act");
    return;
  }
  if (url.startsWith("/orders") && !((tokens.get(String(headers.authorization).slice(7)) ?? 0) > now())) {
    fail(response, 401, "invalid_token");
    return;
  }
  const nth = ledger.arrive(name);
  const storm = now() % MINUTE;
  if (storm >= STORM.from && storm < STORM.to) {
    throttle(response, name, nth, STORM.to - storm);
    return;
  }
  const fault = faultOf(seed, name, nth);
  const reads = method === "GET";
  const key = headers["idempotency-key"] as string | undefined;
  switch (fault) {
    case "error500":
      fail(response, 500, "before", { "stripe-should-retry": "true" });
      return;
    case "resetBefore":
      request.socket.destroy();
      return;
    case "throttled":
      throttle(response, name, nth, 1_000);
      return;
    case "zombie":
      request.socket.destroy();
      ledger.executeLater(name, key, body, reads, (200 + 4_800 * chance(seed, name, nth, "late")) / speed);
      return;
    default:
      execute(request, response, { name, key, body, reads, fault });
  }
}

function execute(
  request: IncomingMessage,
  response: ServerResponse,
  order: { name: string; key: string | undefined; body: string; reads: boolean; fault: Fault | undefined },
): void {
  const { name, key, body, reads, fault } = order;
  const execution = ledger.execute(name, key, body, reads);
  if (execution === "busy") {
    fail(response, 409, "idempotency_key_in_use");
    return;
  }
  if (execution === "mismatch") {
    fail(response, 400, "idempotency_error");
    return;
  }
  if (fault === "resetAfter") {
    request.socket.destroy();
    return;
  }
  // The server behind the gateway is done: only the gateway's answer is bad, so the same key gives the good one.
  if (fault === "unavailable") {
    fail(response, 503, "gateway", { "stripe-should-retry": "true" });
    return;
  }
  sendAnswer(response, execution.answer, execution.replayed ? { "idempotent-replayed": "true" } : {}, fault);
}

/** In seconds, or as a date by a clock that is a quarter of an hour off. */
function throttle(response: ServerResponse, name: string, nth: number, wait: number): void {
  const seconds = Math.ceil(wait / 1_000);
  if (chance(seed, name, nth, "form") < 0.5) {
    fail(response, 429, "rate", { "retry-after": String(seconds) });
    return;
  }
  const clock = Date.now() + (chance(seed, name, "skew") < 0.5 ? SKEW : -SKEW);
  const date = (ms: number) => new Date(ms).toUTCString();
  fail(response, 429, "rate", { date: date(clock), "retry-after": date(clock + seconds * 1_000) });
}

function fail(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ error: { type: "chaos", code, message: "made to fail" } }));
}
