/** What the generated Stripe client must put on the wire, call by call, over a real socket. */
import assert from "node:assert/strict";
import { isApiError } from "@couplet/runtime";
import type { RecordingServer } from "./recording-server.ts";

/** The part of the generated client that is called here. */
export interface StripeClient {
  readonly charges: { post(input: object, options?: object): Promise<{ readonly id: string }> };
  readonly customers: {
    get(input?: object): Promise<object> & AsyncIterable<{ readonly id: string }>;
    getCustomer(input: object): Promise<object>;
  };
}

export interface StripeCall {
  readonly name: string;
  run(client: StripeClient, server: RecordingServer): Promise<void>;
}

const secretKey = "sk_test_loopback";
const charge = { id: "ch_1", object: "charge", amount: 500, currency: "eur" };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const clientOptions = (server: RecordingServer): object => ({ baseUrl: server.url, auth: { secretKey } });

const body = { amount: 500, currency: "eur", metadata: { "order no": "42&7" }, expand: ["customer", "invoice"] };
const bodyText = "amount=500&currency=eur&metadata%5Border%20no%5D=42%267&expand%5B0%5D=customer&expand%5B1%5D=invoice";

export const stripeCalls: readonly StripeCall[] = [
  {
    name: "a form-encoded create keeps its idempotency key on the retry",
    async run(client, server) {
      const busy = { error: { type: "idempotency_error", code: "idempotency_key_in_use", message: "busy" } };
      server.script({ status: 409, body: busy }, { status: 200, body: charge });
      assert.deepEqual(await client.charges.post({ body }), charge);
      assert.equal(server.arrivals.length, 2);
      const [first, second] = server.arrivals;
      assert.match(String(first!.headers["idempotency-key"]), uuid);
      for (const arrival of [first!, second!]) {
        assert.equal(`${arrival.method} ${arrival.target}`, "POST /v1/charges");
        assert.equal(arrival.headers["content-type"], "application/x-www-form-urlencoded");
        assert.equal(arrival.headers.authorization, `Bearer ${secretKey}`);
        assert.equal(arrival.headers["stripe-version"], "2023-08-16");
        assert.equal(arrival.headers["idempotency-key"], first!.headers["idempotency-key"]);
        assert.equal(arrival.body, bodyText);
        assert.equal(arrival.headers["content-length"], String(bodyText.length));
      }
      server.script({ status: 200, body: charge });
      await client.charges.post({ body });
      assert.notEqual(server.arrivals[0]!.headers["idempotency-key"], first!.headers["idempotency-key"]);
    },
  },
  {
    name: "a list by last id walks three pages",
    async run(client, server) {
      const page = (ids: readonly string[], more: boolean) => ({
        status: 200,
        body: {
          object: "list",
          data: ids.map((id) => ({ id, object: "customer" })),
          has_more: more,
          url: "/v1/customers",
        },
      });
      server.script(page(["cus_1", "cus_2"], true), page(["cus_3", "cus_4"], true), page(["cus_5"], false));
      const ids: string[] = [];
      for await (const customer of client.customers.get({ limit: 2, email: "a+b@c.example" })) ids.push(customer.id);
      assert.deepEqual(ids, ["cus_1", "cus_2", "cus_3", "cus_4", "cus_5"]);
      const targets = server.arrivals.map((arrival) => `${arrival.method} ${arrival.target}`);
      assert.deepEqual(
        targets.map((target) => new URLSearchParams(target.split("?")[1]).get("starting_after")),
        [null, "cus_2", "cus_4"],
      );
      for (const target of targets) {
        assert.ok(target.startsWith("GET /v1/customers?"), target);
        assert.match(target, /[?&]limit=2(&|$)/);
        assert.match(target, /[?&]email=a%2Bb%40c\.example(&|$)/);
      }
      for (const arrival of server.arrivals) {
        assert.equal(arrival.body, "");
        assert.equal(arrival.headers["idempotency-key"], undefined);
        assert.equal(arrival.headers["content-type"], undefined);
      }
    },
  },
  {
    name: "a 429 is waited for as long as Retry-After says",
    async run(client, server) {
      const error = { error: { type: "invalid_request_error", message: "too many" } };
      server.script({ status: 429, headers: { "retry-after": "1" }, body: error }, { status: 200, body: charge });
      await client.charges.post({ body });
      const [first, second] = server.arrivals;
      assert.equal(server.arrivals.length, 2);
      assert.ok(second!.at - first!.at >= 1000, `sent again after ${second!.at - first!.at} ms`);
      assert.ok(second!.at - first!.at < 5000, `sent again after ${second!.at - first!.at} ms`);
      assert.equal(second!.headers["idempotency-key"], first!.headers["idempotency-key"]);
      assert.equal(second!.body, first!.body);
    },
  },
  {
    name: "a connection cut after the request is sent again with the same key",
    async run(client, server) {
      server.script("reset", { status: 200, body: charge });
      assert.equal((await client.charges.post({ body })).id, "ch_1");
      assert.equal(server.arrivals.length, 2);
      const keys = server.arrivals.map((arrival) => arrival.headers["idempotency-key"]);
      assert.equal(keys[0], keys[1]);
    },
  },
  {
    name: "a cut connection that stays cut tells that the effect is unknown",
    async run(client, server) {
      server.script("reset", "reset", "reset");
      const error = await failureOf(client.charges.post({ body }));
      assert.deepEqual(pick(error, "name", "effect", "attempts"), ["NetworkError", "unknown", 3]);
      assert.equal(server.arrivals.length, 3);
    },
  },
  {
    name: "a 401 is told at once and names no secret",
    async run(client, server) {
      const message = `Invalid API Key provided: ${secretKey}`;
      const headers = { "request-id": "req_1" };
      server.script({ status: 401, headers, body: { error: { type: "invalid_request_error", message } } });
      const error = await failureOf(client.customers.getCustomer({ customer: "cus/1" }));
      assert.ok(isApiError(error));
      assert.deepEqual(pick(error, "name", "status", "effect", "requestId"), [
        ...["AuthenticationError", 401, "none", "req_1"],
      ]);
      assert.equal(server.arrivals.length, 1);
      assert.equal(server.arrivals[0]!.target, "/v1/customers/cus%2F1");
      assert.ok(!`${error.message}${JSON.stringify(error)}`.includes(secretKey), error.message);
    },
  },
];

async function failureOf(call: Promise<unknown>): Promise<Error> {
  const failed = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(failed instanceof Error, "the call should have failed");
  return failed;
}

function pick(value: object, ...keys: readonly string[]): unknown[] {
  return keys.map((key) => (value as Record<string, unknown>)[key]);
}
