/** The figures of a limit: `capacity` at once, `refill` units back in each `per` milliseconds. */
export interface LimitFigures {
  readonly capacity: number;
  readonly per: number;
  readonly refill: number;
}

/** What a server said is left. Values below what is known locally count; higher ones do not. */
export interface Allowance {
  readonly remaining?: number;
  readonly limit?: number;
  /** Milliseconds until the server's count starts anew. */
  readonly reset?: number;
}

/** One limit for one partition. `now` is monotonic milliseconds and never goes back. */
export interface Limiter {
  /** Milliseconds until `cost` units can be taken behind `ahead` others; 0 is now. */
  wait(cost: number, ahead: number, now: number): number;
  /** Takes without asking; the result names the units for `giveBack`. */
  take(cost: number, now: number): number;
  giveBack(cost: number, slot: number, now: number): void;
  lower(allowance: Allowance, now: number): void;
  /** True when forgetting this limiter makes no difference. */
  isIdle(now: number): boolean;
}

/** An algorithm: a feature that generated code names. */
export type LimiterKind = (figures: LimitFigures) => Limiter;

/** Below this a wait is rounding dust of the arithmetic, in milliseconds. */
const DUST = 1e-6;

/**
 * A token bucket, or the leaky bucket that mirrors it: in any span of t milliseconds at most
 * `capacity + refill * t / per` units. Kept as one number, the moment at which the bucket is full again
 * (the generic cell rate algorithm, ITU-T I.371). A server's `reset` says nothing about a bucket and is ignored.
 */
export function tokenBucket(figures: LimitFigures): Limiter {
  const interval = figures.per / figures.refill;
  let { capacity } = figures;
  let full = Number.NEGATIVE_INFINITY;
  const units = (cost: number) => Math.min(cost, capacity);
  return {
    wait(cost, ahead, now) {
      const wait = Math.max(full, now) - now + (units(cost) + ahead - capacity) * interval;
      return wait > DUST ? wait : 0;
    },
    take(cost, now) {
      full = Math.max(full, now) + units(cost) * interval;
      return full;
    },
    giveBack(cost, slot, now) {
      // What has flowed back since by itself is not given back twice.
      full -= Math.max(0, Math.min(units(cost) * interval, slot - now));
    },
    lower({ remaining, limit }, now) {
      if (limit !== undefined) capacity = Math.max(1, Math.min(figures.capacity, limit));
      if (remaining === undefined) return;
      full = Math.max(full, now + (capacity - Math.max(0, remaining)) * interval);
    },
    isIdle: (now) => full <= now && capacity === figures.capacity,
  };
}

/** Above this many calls a window, calls of the same hundredth of a window are remembered together. */
const EXACT_CALLS = 1_000;

/**
 * At most `capacity` units in every span of `per` milliseconds, wherever it begins; so it also keeps within fixed
 * windows of unknown phase. Remembers the moments of the last `capacity` units.
 */
export function slidingWindow(figures: LimitFigures): Limiter {
  const { per } = figures;
  const declared = Math.max(1, Math.floor(figures.capacity));
  const grain = declared > EXACT_CALLS ? per / 100 : 0;
  let capacity = declared;
  /** Groups of units, oldest first; a group leaves the window when its last unit does. */
  const groups: { first: number; last: number; count: number }[] = [];
  let used = 0;
  /** What the server allows until a moment, when that is less than the window does. */
  const server = { left: 0, until: Number.NEGATIVE_INFINITY };

  const expire = (now: number) => {
    let gone = 0;
    while (gone < groups.length && groups[gone]!.last + per <= now) used -= groups[gone++]!.count;
    if (gone > 0) groups.splice(0, gone);
  };
  /** Milliseconds until `needed` units (1 to capacity) fit. */
  const untilFree = (needed: number, now: number) => {
    let missing = used + needed - capacity;
    for (const group of groups) {
      if (missing <= 0) break;
      missing -= group.count;
      if (missing <= 0) return group.last + per - now;
    }
    return 0;
  };

  return {
    wait(cost, ahead, now) {
      expire(now);
      const needed = Math.min(cost, capacity) + ahead;
      const windows = Math.ceil(needed / capacity) - 1;
      const own = untilFree(needed - windows * capacity, now) + windows * per;
      const capped = now < server.until && server.left < needed ? server.until - now : 0;
      const wait = Math.max(own, capped);
      return wait > DUST ? wait : 0;
    },
    take(cost, now) {
      expire(now);
      const count = Math.min(cost, capacity);
      const newest = groups.at(-1);
      if (newest !== undefined && now - newest.first <= grain) {
        newest.last = now;
        newest.count += count;
      } else {
        groups.push({ first: now, last: now, count });
      }
      used += count;
      server.left -= count;
      return now;
    },
    giveBack(cost, slot) {
      const group = groups.find(({ first, last }) => first <= slot && slot <= last);
      if (group === undefined) return;
      const count = Math.min(cost, group.count);
      group.count -= count;
      used -= count;
      server.left += count;
    },
    lower({ remaining, limit, reset }, now) {
      if (limit !== undefined) capacity = Math.max(1, Math.min(declared, Math.floor(limit)));
      if (remaining === undefined) return;
      expire(now);
      const inForce = now < server.until;
      const left = Math.min(capacity - used, inForce ? server.left : capacity);
      if (remaining >= left) return;
      server.left = Math.max(0, remaining);
      server.until = reset !== undefined ? now + reset : Math.max(inForce ? server.until : now, now + per);
    },
    isIdle(now) {
      expire(now);
      return used <= 0 && now >= server.until && capacity === declared;
    },
  };
}
