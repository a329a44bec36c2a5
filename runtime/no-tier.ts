import type { Connector } from "./descriptor.ts";
import { printable } from "./printable.ts";

/** The error for a tier that no rate limit has. */
export function noTier({ provider }: Connector, tier: string, tiers: Iterable<string> = []): TypeError {
  const known = [...tiers].map((each) => `"${printable(each)}"`).join(", ") || "none";
  return new TypeError(`${provider} has no tier "${printable(tier)}"; known tiers: ${known}.`);
}
