/**
 * Run as a child process: makes calls while `Object.prototype` carries what an attacker would like to be options, and
 * prints what would have been sent. Node's own fetch does not survive such a prototype, so a fetch of ours answers.
 */
import { payClient } from "../runtime/pay-client.ts";
import { pollute } from "./pollute.ts";

interface Sent {
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const sent: Sent[] = [];
const answering: typeof fetch = async (input, init = {}) => {
  const headers = Object.hasOwn(init, "headers") ? [...new Headers(init.headers)] : [];
  sent.push({ url: String(input), headers, body: Object.hasOwn(init, "body") ? String(init.body) : "" });
  return Response.json(JSON.parse('{"id":"ch_1","amount":500,"currency":"eur","__proto__":{"admin":true}}'));
};

const honest = "https://pay.example";
const client = payClient(honest, { fetch: answering });
const clean = pollute(true);
const outcomes: string[] = [];
for (const [name, call] of [
  ["get", () => client.charges.get({ charge: "ch_1" })],
  ["create", () => client.charges.create({ body: { amount: 500, currency: "eur" } })],
  ["new client", () => payClient(honest, { fetch: answering }).charges.get({ charge: "ch_1" })],
] as const) {
  try {
    const data = (await call()) as object;
    outcomes.push(`${name}: ok${(data as { admin?: unknown }).admin ? ", polluted" : ""}`);
  } catch (error) {
    outcomes.push(`${name}: ${String(error)}`);
  }
}
clean();
console.log(JSON.stringify({ outcomes, sent }));
