// Types made of types.
import type { PaymentIntent } from "@connectors/stripe/2022-08-01";

export type ChargesOfIntent = PaymentIntent["charges"]; // breaks: charges
export type Summary = Pick<PaymentIntent, "id" | "charges">; // breaks: charges
export type Rest = Omit<PaymentIntent, "shipping">;

export interface Stored extends Pick<PaymentIntent, "id" | "amount" | "currency"> {
  readonly storedAt: number;
}

export const columns: Record<keyof Stored, string> = { id: "id", amount: "amount", currency: "cur", storedAt: "at" };

function pluck<T, K extends keyof T>(from: T, key: K): T[K] {
  return from[key];
}

export function picked(intent: PaymentIntent): number {
  return pluck(intent, "amount") + (pluck(intent, "charges")?.data.length ?? 0); // breaks: charges
}

/** What a test would give: an object that says it is whole. */
export const sample: Partial<PaymentIntent> = {
  id: "pi_1",
  amount: 5,
  charges: { object: "list", data: [], has_more: false, url: "/v1/charges" }, // breaks: charges
};
