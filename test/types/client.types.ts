/** Compile-time checks of the clients as their users see them: `npm run typecheck` fails where one does not hold. */
import { createClient as createShop, type OrderList } from "@connectors/shopify/2026-07";
import { createClient, type PaymentIntent } from "@connectors/stripe/2022-11-15";
import { chargesList } from "@connectors/stripe/2022-11-15/charges";
import { createRefunds } from "@connectors/stripe/2022-11-15/refunds";
import { type Connection, connect, createConnection } from "@couplet/runtime";
import type { Operation } from "@couplet/runtime/codegen/v1";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<T extends true>(): T | undefined {
  return undefined;
}

export async function reads(): Promise<void> {
  const stripe = createClient({ auth: { secretKey: () => "key" }, tier: "sandbox" });

  const intent = await stripe.paymentIntents.create({ body: { amount: 500, currency: "eur" } }, { deadline: "20s" });
  holds<Equal<typeof intent, PaymentIntent>>();
  for await (const charge of stripe.charges.list()) holds<Equal<typeof charge.amount, number>>();

  const { data, response, meta } = await stripe.charges.retrieve({ charge: "ch_1" }).withResponse();
  holds<Equal<typeof data.id, string>>();
  holds<Equal<typeof response, Response>>();
  holds<Equal<typeof meta.attempts, number>>();

  const result = await stripe.charges.retrieve({ charge: "ch_1" }).result();
  if (result.ok) holds<Equal<typeof result.data.id, string>>();
  else if (result.status === undefined) holds<Equal<typeof result.error.effect, "none" | "unknown" | "applied">>();
  else holds<Equal<typeof result.error.status, number>>();

  // @ts-expect-error: a required member of the body is missing
  stripe.paymentIntents.create({ body: { amount: 500 } });
  // @ts-expect-error: a path parameter is missing
  stripe.charges.retrieve({});
  // @ts-expect-error: no such parameter
  stripe.charges.list({ limits: 1 });
  // @ts-expect-error: no such credential
  createClient({ auth: { secret: "x" } });
  // @ts-expect-error: a duration has a unit
  stripe.charges.list({}, { deadline: "20" });
  // @ts-expect-error: the version's pin is the policy's, not the caller's
  stripe.charges.list({ "Stripe-Version": "2020-01-01" });
}

export function doors(connection: Connection): void {
  createRefunds(connection).list({ limit: 1 });
  const shared = createConnection(chargesList.connector, {});
  const chosen = connect(shared, { charges: { list: chargesList } });
  chosen.charges.list();
  holds<
    Equal<Parameters<typeof chosen.charges.list>[0], Parameters<ReturnType<typeof createClient>["charges"]["list"]>[0]>
  >();
  // @ts-expect-error: only what was picked
  chosen.charges.create;

  // An operation without any input is called without one.
  const ping = {} as Operation<Record<string, never>, string>;
  const pinged = connect({}, { health: { ping } });
  pinged.health.ping();
}

export async function pages(): Promise<void> {
  const shop = createShop({ serverVariables: { shop: "acme" }, auth: { adminToken: "t" } });
  for await (const page of shop.orders.list().pages()) holds<Equal<typeof page, OrderList>>();
  shop.forTenant("other", { auth: { adminToken: "u" } }).orders.list();
}
