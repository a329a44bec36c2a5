/**
 * Run as a child process: makes calls while `Object.prototype` carries what an attacker would like to be options, and
 * prints what the server and the attacker's server saw.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { payClient } from "../runtime/pay-client.ts";

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

async function listen(seen: Seen[]): Promise<{ server: Server; url: string }> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.setHeader("content-type", "application/json");
    response.end('{"id":"ch_1","amount":500,"currency":"eur","__proto__":{"admin":true}}');
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const [seen, stolen]: [Seen[], Seen[]] = [[], []];
const honest = await listen(seen);
const attacker = await listen(stolen);
const polluted: Readonly<Record<string, unknown>> = {
  baseUrl: attacker.url,
  server: "attacker",
  serverVariables: { host: attacker.url },
  auth: { secretKey: "polluted" },
  headers: { "x-polluted": "1" },
  tenant: "polluted",
  idempotencyKey: "polluted",
  businessId: "polluted",
  retry: false,
  deadline: 1,
  query: "polluted=1",
  username: "polluted",
  extra: attacker.url,
  url: attacker.url,
  once: true,
  refresh: () => Promise.resolve(true),
};
const client = payClient(honest.url);
for (const [key, value] of Object.entries(polluted)) {
  Object.defineProperty(Object.prototype, key, { value, enumerable: true, configurable: true, writable: true });
}
const outcomes: string[] = [];
for (const [name, call] of [
  ["get", () => client.charges.get({ charge: "ch_1" })],
  ["create", () => client.charges.create({ body: { amount: 500, currency: "eur" } })],
  ["new client", () => payClient(honest.url).charges.get({ charge: "ch_1" })],
] as const) {
  try {
    const data = (await call()) as object;
    outcomes.push(
      `${name}: ok${Object.hasOwn(data, "admin") || (data as { admin?: unknown }).admin ? ", polluted" : ""}`,
    );
  } catch (error) {
    outcomes.push(`${name}: ${String(error)} ${String((error as Error).cause)}`);
  }
}
for (const key of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, key);
honest.server.close();
attacker.server.close();
console.log(JSON.stringify({ outcomes, seen, stolen: stolen.length }));
