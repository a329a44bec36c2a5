// Writes: what we send.
import type { PaymentIntentCreateParams } from "@connectors/stripe/2022-08-01";
import { createRefunds } from "@connectors/stripe/2022-08-01/refunds";
import { stripe } from "./clients.ts";

export async function pay(amount: number, currency: string): Promise<string> {
  const intent = await stripe.paymentIntents.create({ body: { amount, currency, capture_method: "automatic" } });
  return intent.client_secret ?? intent.id;
}

function bodyOf(customer: string): PaymentIntentCreateParams {
  return { amount: 500, currency: "eur", customer, metadata: { order: "1" } };
}

export async function payFor(customer: string): Promise<string> {
  const body = bodyOf(customer);
  const { id } = await stripe.paymentIntents.create({ body }, { deadline: "20s" });
  return id;
}

export async function refund(charge: string): Promise<string> {
  const refunds = createRefunds({ auth: { secretKey: "sk_test" } });
  const reason = "requested_by_customer" as const;
  const body = { charge, reason };
  return (await refunds.create({ body })).id;
}
