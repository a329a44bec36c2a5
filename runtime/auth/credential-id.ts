import { toHex } from "./byte-text.ts";

/**
 * Names a credential in limits, queues and stores: 64 bits of SHA-256 over the provider and the value. Two processes
 * with the same credential get the same name, and nobody gets the value back.
 */
export async function credentialId(provider: string, value: string): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(["couplet", provider, value]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return toHex(digest.subarray(0, 8));
}
