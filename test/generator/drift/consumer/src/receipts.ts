// What a payment was charged with: reads of many forms.
import { stripe } from "./clients.ts";

export async function receiptUrl(intent: string): Promise<string | undefined> {
  const paid = await stripe.paymentIntents.retrieve({ intent });
  const [first] = paid.charges?.data ?? []; // breaks: charges
  return first?.receipt_url ?? undefined;
}

export async function destructured(intent: string): Promise<number> {
  const { amount, charges } = await stripe.paymentIntents.retrieve({ intent }); // breaks: charges
  return charges === undefined ? amount : charges.data.length;
}

export async function renamed(intent: string): Promise<boolean> {
  const { charges: list, ...rest } = await stripe.paymentIntents.retrieve({ intent }); // breaks: charges
  return list?.has_more ?? rest.livemode;
}

export async function indexed(intent: string): Promise<number> {
  const paid = await stripe.paymentIntents.retrieve({ intent });
  return paid["charges"]?.data.length ?? 0; // breaks: charges
}

export async function assigned(intent: string): Promise<unknown> {
  let charges: unknown;
  ({ charges } = await stripe.paymentIntents.retrieve({ intent })); // breaks: charges
  return charges;
}

export async function total(customer: string): Promise<number> {
  let sum = 0;
  for await (const { amount_received, status } of stripe.paymentIntents.list({ customer })) {
    if (status === "succeeded") sum += amount_received ?? 0;
  }
  return sum;
}

export async function firstIds(customer: string): Promise<string[]> {
  const page = await stripe.paymentIntents.list({ customer, limit: 3 });
  return page.data.flatMap((one) => one.charges?.data.map(({ id }) => id) ?? []); // breaks: charges
}
