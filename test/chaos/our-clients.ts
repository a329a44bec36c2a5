/** Generated clients under test: Stripe's of this project, and one whose operations are safe, idempotent and unsafe. */
import { createClient as createStripe } from "@connectors/stripe/2022-11-15";
import { type BaseClientOptions, isConnectorError } from "@couplet/runtime";
import { hurriedClock } from "./hurried-clock.ts";
import type { Subject } from "./subject.ts";

export interface ClientSettings {
  readonly url: string;
  readonly speed: number;
  readonly maxAttempts: number;
  /** Milliseconds, of the clock on the wall. */
  readonly timeout: number;
  /** In place of the global one. */
  readonly fetch?: typeof fetch | undefined;
}

/** Each has its own rate limits, so that 25 calls a second and endpoint do not make the run long. */
const ACCOUNTS = 40;

function optionsOf({ url, speed, maxAttempts, timeout, fetch }: ClientSettings) {
  const overrides = { retry: { maxAttempts }, timeout, deadline: "10m" } as const;
  return { baseUrl: url, clock: hurriedClock(speed), overrides, ...(fetch && { fetch }) } satisfies BaseClientOptions;
}

const tell: Subject["tell"] = (error) =>
  isConnectorError(error)
    ? { effect: error.effect, label: `${error.name} ${"status" in error ? error.status : (error.code ?? "")}`.trim() }
    : { effect: undefined, label: String(error) };

/** Every call carries a key, which the provider honours. */
export function stripeSubject(settings: ClientSettings): Subject {
  const client = createStripe(optionsOf(settings));
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) =>
    client.forTenant(`acct_${index}`, { auth: { secretKey: `sk_test_chaos_${index}` } }),
  );
  return {
    name: `couplet: stripe, keyed, ${settings.maxAttempts} attempts`,
    actOf: (act, nth) => ({
      guard: "keyed",
      reads: false,
      async send() {
        const body = { amount: 500, currency: "eur", metadata: { op: act } };
        return (await accounts[nth % ACCOUNTS]!.paymentIntents.create({ body })).id;
      },
    }),
    tell,
  };
}

/** The part of the generated client that is called here. */
export interface OrdersClient {
  readonly orders: {
    get(input: object): Promise<{ readonly id: string }>;
    create(input: object): Promise<{ readonly id: string }>;
    replace(input: object): Promise<{ readonly id: string }>;
  };
}

/** Reads, repeatable writes and unrepeatable ones in turn, with a token that expires and is revoked. */
export function ordersSubject(create: (options: object) => OrdersClient, settings: ClientSettings): Subject {
  // The policy names the token endpoint of a host that does not exist.
  const send = settings.fetch ?? fetch;
  const redirected: typeof fetch = (url, init) =>
    send(String(url).replace("https://auth.chaos.example", settings.url), init);
  const { orders } = create({
    ...optionsOf(settings),
    auth: { clientId: "chaos", clientSecret: "chaos-secret" },
    fetch: redirected,
  });
  return {
    name: `couplet: safe, idempotent and unsafe, ${settings.maxAttempts} attempts`,
    actOf(act, nth) {
      const body = { note: act };
      if (nth % 3 === 0) {
        return { guard: "free", reads: true, send: async () => (await orders.get({ order: act })).id };
      }
      if (nth % 3 === 1) {
        return { guard: "free", reads: false, send: async () => (await orders.replace({ order: act, body })).id };
      }
      return { guard: "unsafe", reads: false, send: async () => (await orders.create({ body })).id };
    },
    tell,
  };
}
