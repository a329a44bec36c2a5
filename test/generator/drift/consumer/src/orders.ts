// The shop: its next version only adds.
import type { LineItem, Order } from "@connectors/shopify/2026-04";
import { shop } from "./clients.ts";

export async function openOrders(): Promise<string[]> {
  const names: string[] = [];
  for await (const order of shop.orders.list({ status: "open", limit: 50 })) names.push(order.name);
  return names;
}

export function isPaid({ financial_status }: Order): boolean {
  return financial_status === "paid" || financial_status === "partially_refunded";
}

/** Every key has its column: a field more is a column missing. */
export const orderColumns: Record<keyof LineItem, number> = {
  id: 1,
  variant_id: 2,
  product_id: 3,
  title: 4,
  sku: 5,
  quantity: 6,
  price: 7,
  fulfillable_quantity: 8,
  fulfillment_status: 9,
  requires_shipping: 10,
};

export async function ship(order: number): Promise<string | undefined> {
  const { fulfillment_orders } = await shop.fulfillmentOrders.list({ order_id: order });
  const line_items_by_fulfillment_order = fulfillment_orders.map((one) => ({ fulfillment_order_id: one.id }));
  const done = await shop.fulfillments.create({ body: { fulfillment: { line_items_by_fulfillment_order } } });
  return done.fulfillment.tracking_url ?? undefined;
}

export async function cancel(order_id: number): Promise<void> {
  const result = await shop.orders.cancel({ order_id, body: { reason: "fraud", restock: true } }).result();
  if (!result.ok && result.status === 422) throw new Error(String(result.error.message));
}

type Included = Extract<keyof Order, `${string}_included`>;
/** Every flag has a label: a flag more is a label missing. */
export const includedLabels: Record<Included, string> = { taxes_included: "with taxes" }; // breaks: duties_included
