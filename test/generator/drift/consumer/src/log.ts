// Where typed values leave the compiler's sight.
import type { Charge, PaymentIntent } from "@connectors/stripe/2022-08-01";
import { stripe } from "./clients.ts";

export function toRow(intent: PaymentIntent): string {
  return JSON.stringify(intent);
}

export async function dump(charge: string): Promise<Record<string, unknown>> {
  const found = await stripe.charges.retrieve({ charge });
  return { ...found };
}

/** The compiler sees nothing wrong in a name that is no longer there. */
export function hasCharges(intent: PaymentIntent): boolean {
  return "charges" in intent; // meets: charges
}

export function anything(charge: Charge): unknown {
  return charge;
}
