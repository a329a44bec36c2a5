// Refunds of a charge, which may be null in the next version.
import type { Charge, RefundList } from "@connectors/stripe/2022-08-01";
import { stripe } from "./clients.ts";

export async function refundCount(charge: string): Promise<number> {
  const found = await stripe.charges.retrieve({ charge });
  return found.refunds === undefined ? 0 : found.refunds.data.length; // breaks: refunds
}

export async function refundSum(charge: string): Promise<number> {
  const { refunds } = await stripe.charges.retrieve({ charge });
  if (refunds === undefined) return 0;
  return refunds.data.reduce((sum, refund) => sum + refund.amount, 0); // breaks: refunds
}

/** Optional chaining meets null as it meets undefined. */
export function refundIds(charge: Charge): string[] {
  return charge.refunds?.data.map((refund) => refund.id) ?? [];
}

function refundsOf(charge: Charge) {
  return charge.refunds;
}

export function hasMore(charge: Charge): boolean {
  const list = refundsOf(charge);
  return list !== undefined && list.has_more; // breaks: refunds
}

export function orEmpty(charge: Charge): RefundList | undefined {
  return charge.refunds; // breaks: refunds
}

export function isRefunded({ refunded, amount, amount_refunded }: Charge): boolean {
  return refunded || amount === amount_refunded;
}
