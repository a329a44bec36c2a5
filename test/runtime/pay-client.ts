import { type BaseClientOptions, connect } from "@couplet/runtime";
import { expect } from "vitest";
import { chargesCreate, chargesGet, notesCreate, skippingClock } from "./pay.ts";

export const secret = "sk_test_very_secret_0123456789";

export const note: { body: unknown } = { body: { text: "hello" } };
export const charge: { body: { amount: number; currency: string } } = { body: { amount: 500, currency: "eur" } };

type PayOperations = {
  readonly charges: { readonly get: typeof chargesGet; readonly create: typeof chargesCreate };
  readonly notes: { readonly create: typeof notesCreate };
};
const operations: PayOperations = {
  charges: { get: chargesGet, create: chargesCreate },
  notes: { create: notesCreate },
};
export type PayClient = ReturnType<typeof connect<PayOperations>>;

/** A client of the made-up connector whose waits take no time. */
export function payClient(baseUrl: string, options: BaseClientOptions = {}): PayClient {
  return connect({ auth: { secretKey: secret }, baseUrl, clock: skippingClock(), ...options }, operations);
}

/** What work rejects with; no secret may stand in it. */
export async function rejection(work: PromiseLike<unknown>): Promise<Record<string, unknown> & Error> {
  try {
    await work;
  } catch (error) {
    expect(JSON.stringify(error)).not.toContain(secret);
    expect(String(error)).not.toContain(secret);
    return error as never;
  }
  throw new Error("It did not reject.");
}
