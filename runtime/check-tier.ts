import type { Connector } from "./descriptor.ts";
import { printable } from "./printable.ts";

/** Throws a TypeError for a tier that no rate limit has. */
export function checkTier({ provider, rateLimits }: Connector, tier: string): void {
  const tiers = new Set(Object.values(rateLimits).flatMap((limit) => Object.keys(limit.tiers ?? {})));
  if (tiers.has(tier)) return;
  const known = [...tiers].map((each) => `"${printable(each)}"`).join(", ") || "none";
  throw new TypeError(`${provider} has no tier "${printable(tier)}"; known tiers: ${known}.`);
}
