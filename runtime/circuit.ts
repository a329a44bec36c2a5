import type { CircuitBreakerPolicy } from "./descriptor.ts";

/** Parts into which the window is cut; whole parts leave it. */
export const SPANS = 10;

/** Counts the moves of all circuits that know it, so that a call knows which of them it was admitted after. */
export interface Moves {
  count: number;
}

/** `probing`: the open time is over, and a few calls try whether the provider is back. */
export type CircuitState = "closed" | "open" | "probing";

/** Hears of every move; `openFor` is milliseconds, 0 unless it opened. */
export type CircuitListener = (state: CircuitState, openFor: number) => void;

/** How an attempt went, as far as circuits care; undefined when it tells nothing, as when the caller gave up. */
export type Health = "well" | "failed" | undefined;

/**
 * One circuit. Closed it lets calls through and counts; open it lets none; then it lets probes through, step by step,
 * and closes when all went well. It has no timer: time is what its methods are told, in monotonic milliseconds.
 */
export class Circuit {
  readonly #policy: CircuitBreakerPolicy;
  readonly #moves: Moves;
  /** Successes and failures of each span. */
  readonly #counts = new Float64Array(2 * SPANS);
  readonly #waiters = new Set<() => void>();
  readonly #tell: CircuitListener | undefined;
  #span: number;
  #failures = 0;
  #failingSince = 0;
  #touched: number;
  #state: CircuitState = "closed";
  #since = 0;
  #moved = 0;
  #openings = 0;
  #openUntil = 0;
  #step = 0;
  #probes = 0;
  #passed = 0;

  constructor(policy: CircuitBreakerPolicy, moves: Moves, now: number, tell?: CircuitListener) {
    this.#policy = policy;
    this.#tell = tell;
    this.#moves = moves;
    this.#span = spanOf(policy, now);
    this.#touched = now;
  }

  /** Milliseconds after which asking again makes sense; 0 when it lets a call through. */
  wait(now: number): number {
    if (this.#state === "closed") return 0;
    if (this.#state === "open") {
      if (now < this.#openUntil) return this.#openUntil - now;
      this.#move("probing", now);
      this.#step = 0;
      this.#probes = 0;
      this.#passed = 0;
    }
    return this.#probes + this.#passed < this.#policy.probes[this.#step]! ? 0 : this.#policy.openFor;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Admits one call; only after a `wait` of 0. */
  enter(): void {
    if (this.#state === "probing") this.#probes++;
  }

  /** Whether it has moved since the count of moves was `stamp`; what was sent before says nothing of now. */
  isAfter(stamp: number): boolean {
    return stamp < this.#since;
  }

  /** Told once for each call that entered. `mayOpen` is asked when the counts would open it. */
  settle(health: Health, stamp: number, now: number, random: number, mayOpen: () => boolean): void {
    if (this.isAfter(stamp)) return;
    if (this.#state === "probing") this.#settleProbe(health, now, random);
    else if (health !== undefined) this.#countIn(health, now, random, mayOpen);
  }

  /**
   * Whether it is as good as a new one. One that still fails, is open, probes or is waited for is not; and one that has
   * moved remembers it for as long as calls from before may still end.
   */
  isIdle(now: number): boolean {
    if (this.#waiters.size > 0) return false;
    const { window, openMax } = this.#policy;
    if (this.#since > 0 && now < Math.max(this.#moved, this.#openUntil) + Math.max(2 * window, openMax)) return false;
    if (this.#state === "open") return true;
    if (now >= this.#touched + 2 * window) return this.#probes === 0;
    if (this.#state === "probing" || this.#failures > 0) return false;
    this.#turn(now);
    return this.#counts.every((count, index) => index % 2 === 0 || count === 0);
  }

  /** Opens for this time, because others know what this one does not yet. */
  hold(openFor: number, now: number): void {
    if (this.#state !== "closed") return;
    this.#openUntil = now + Math.min(openFor, this.#policy.openMax);
    this.#move("open", now, openFor);
  }

  /** It is forgotten: whoever heard that it opened hears that this is over. */
  drop(): void {
    if (this.#state !== "closed") this.#tell?.("closed", 0);
  }

  /** Has `wake` called when a place gets free; false when `most` already wait. */
  queue(wake: () => void, most: number): boolean {
    if (this.#waiters.size >= most) return false;
    this.#waiters.add(wake);
    return true;
  }

  unqueue(wake: () => void): void {
    this.#waiters.delete(wake);
  }

  #countIn(health: "well" | "failed", now: number, random: number, mayOpen: () => boolean): void {
    this.#turn(now);
    this.#touched = now;
    const at = 2 * (this.#span % SPANS);
    if (health === "well") {
      this.#counts[at]!++;
      this.#failures = 0;
      return;
    }
    this.#counts[at + 1]!++;
    if (this.#failures++ === 0) this.#failingSince = now;
    if (this.#isFailing(now) && mayOpen()) this.#open(now, random);
  }

  #settleProbe(health: Health, now: number, random: number): void {
    this.#probes--;
    this.#touched = now;
    if (health === "failed") {
      this.#open(now, random);
      return;
    }
    if (health === "well") this.#passed++;
    const { probes } = this.#policy;
    if (this.#passed === probes[this.#step]) {
      this.#step++;
      this.#passed = 0;
    }
    if (this.#step === probes.length) this.#close(now);
    else this.#wake(probes[this.#step]! - this.#probes - this.#passed);
  }

  #isFailing(now: number): boolean {
    const { consecutive, stalled, minRequests, failureRate } = this.#policy;
    if (this.#failures >= consecutive) return true;
    if (stalled !== undefined && this.#failures >= stalled.failures && now - this.#failingSince >= stalled.for)
      return true;
    let well = 0;
    let failed = 0;
    for (let at = 0; at < 2 * SPANS; at += 2) {
      well += this.#counts[at]!;
      failed += this.#counts[at + 1]!;
    }
    return well + failed >= minRequests && failed >= failureRate * (well + failed);
  }

  #open(now: number, random: number): void {
    const { openFor: first, openMultiplier, openMax, openJitter } = this.#policy;
    const time = first * openMultiplier ** this.#openings * (1 + openJitter * (2 * random - 1));
    const openFor = Math.min(time, openMax);
    this.#openings++;
    this.#openUntil = now + openFor;
    this.#move("open", now, openFor);
  }

  #close(now: number): void {
    this.#move("closed", now);
    this.#openings = 0;
    this.#probes = 0;
    this.#failures = 0;
    this.#counts.fill(0);
    this.#wake(Number.POSITIVE_INFINITY);
  }

  #move(state: CircuitState, now: number, openFor = 0): void {
    this.#state = state;
    this.#since = ++this.#moves.count;
    this.#moved = now;
    this.#touched = now;
    this.#tell?.(state, openFor);
  }

  /** The ones that wait longest. */
  #wake(places: number): void {
    for (const wake of this.#waiters) {
      if (places-- <= 0) return;
      this.#waiters.delete(wake);
      wake();
    }
  }

  /** Empties the spans that have left the window. */
  #turn(now: number): void {
    const span = spanOf(this.#policy, now);
    for (let next = Math.max(this.#span + 1, span - SPANS + 1); next <= span; next++) {
      const at = 2 * (next % SPANS);
      this.#counts[at] = 0;
      this.#counts[at + 1] = 0;
    }
    this.#span = Math.max(this.#span, span);
  }
}

/** Number of the span that a moment is in. */
export function spanOf(policy: CircuitBreakerPolicy, now: number): number {
  return Math.floor(now / (policy.window / SPANS));
}
