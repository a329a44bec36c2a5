import type { Connector, RateLimit } from "./descriptor.ts";
import { noTier } from "./no-tier.ts";
import type { RatePolicy } from "./stores/rate-store.ts";

/** A rate limit of the connector with the figures that hold for this client. */
export interface NamedLimit {
  readonly name: string;
  readonly limit: RateLimit;
  /** Before the reserve. */
  readonly capacity: number;
  readonly policy: RatePolicy;
}

/** Even a limit that is reserved for others admits something now and then; dividing by nothing would admit everything. */
const SMALLEST_SHARE = 0.01;

/** The limits by name, with tier and reserve applied. Throws a TypeError for a tier that none of them has. */
function namedLimits(connector: Connector, tier: string | undefined): ReadonlyMap<string, NamedLimit> {
  const limits = new Map<string, NamedLimit>();
  const tiers = new Set<string>();
  for (const [name, limit] of Object.entries(connector.rateLimits)) {
    for (const known of Object.keys(limit.tiers ?? {})) tiers.add(known);
    const figures = tier !== undefined && Object.hasOwn(limit.tiers ?? {}, tier) ? limit.tiers![tier]! : limit;
    const share = Math.max(SMALLEST_SHARE, 1 - limit.reserve);
    const policy = {
      use: limit.use,
      capacity: Math.max(1, figures.capacity * share),
      per: figures.per,
      refill: figures.refill * share,
    };
    limits.set(name, { name, limit, capacity: figures.capacity, policy });
  }
  if (tier !== undefined && !tiers.has(tier)) throw noTier(connector, tier, tiers);
  return limits;
}

/** The limits of a tier: the client's own, else that of the credential where the provider has it. Throws a TypeError for an own tier that no limit has. */
export function tieredLimits(
  connector: Connector,
  own: string | undefined,
): (tier: string | undefined) => ReadonlyMap<string, NamedLimit> {
  const usual = namedLimits(connector, own);
  const others = new Map<string, ReadonlyMap<string, NamedLimit>>();
  return (tier) => {
    if (tier === undefined || own !== undefined) return usual;
    let limits = others.get(tier);
    if (limits === undefined) {
      const known = Object.values(connector.rateLimits).some((limit) => Object.hasOwn(limit.tiers ?? {}, tier));
      limits = known ? namedLimits(connector, tier) : usual;
      others.set(tier, limits);
    }
    return limits;
  };
}
