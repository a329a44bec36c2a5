// Enumerations: comparisons, switches, lists.
import type { Charge, PaymentIntent } from "./clients.ts";

export function isFinal(intent: PaymentIntent): boolean {
  return intent.status === "succeeded" || intent.status === "canceled";
}

export function label(charge: Charge): string {
  switch (charge.status) {
    case "succeeded":
      return "paid";
    case "pending":
      return "waiting";
    case "failed":
      return "failed";
  }
  return "unknown";
}

export function capture(method: NonNullable<PaymentIntent["capture_method"]>): string {
  switch (method) {
    case "automatic":
      return "now";
    default:
      return "later";
  }
}

export function needsCustomer({ status }: PaymentIntent): boolean {
  return ["requires_action", "requires_confirmation"].includes(status);
}

export function reason(charge: Charge): string {
  const { outcome } = charge;
  return outcome?.seller_message ?? charge.failure_message ?? "none";
}
