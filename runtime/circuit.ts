import type { Clock } from "./clock.ts";
import type { CircuitBreakerPolicy } from "./descriptor.ts";

/** Parts into which the window is cut; whole parts leave it. */
export const SPANS = 10;

/** `probing`: the open time is over, and a few calls try whether the provider is back. */
export type CircuitState = "closed" | "open" | "probing";

/** How an attempt went, as far as circuits care; undefined when it tells nothing, as when the caller gave up. */
export type Health = "well" | "failed" | undefined;

/**
 * One circuit. Closed it lets calls through and counts; open it lets none; then it lets probes through, step by step,
 * and closes when all went well. It has no timer: only calls that wait for it sleep.
 */
export class Circuit {
  state: CircuitState = "closed";
  /** Number of the last move; what was sent before says nothing of now. */
  since: number = 0;
  /** Calls that wait for it: each ends the sleep of one. */
  readonly sleepers: Set<AbortController> = new Set();
  readonly #policy: CircuitBreakerPolicy;
  readonly #clock: Clock;
  readonly #moved: (state: CircuitState, openFor: number) => number;
  #openUntil = 0;
  #openings = 0;
  #step = 0;
  /** Of this step: those that are under way, and those that went well. */
  #probes = 0;
  #passed = 0;
  /** In a row, and when they began. */
  #failures = 0;
  #failingSince = 0;
  /** Calls that ended in each span of the window. */
  readonly #counts = new Map<number, { calls: number; failed: number }>();
  #keptUntil = 0;

  /** `moved` hears of every move and numbers it; `openFor` is 0 unless it opened. */
  constructor(policy: CircuitBreakerPolicy, clock: Clock, moved: (state: CircuitState, openFor: number) => number) {
    this.#policy = policy;
    this.#clock = clock;
    this.#moved = moved;
  }

  /** Milliseconds after which asking again makes sense; 0 when it lets a call through. */
  wait(): number {
    if (this.state === "closed") return 0;
    if (this.state === "open") {
      const time = this.#openUntil - this.#clock.mono();
      if (time > 0) return time;
      this.#move("probing");
    }
    return this.#probes + this.#passed < this.#policy.probes[this.#step]! ? 0 : this.#policy.openFor;
  }

  /** Admits one call; only after a `wait` of 0. */
  enter(): void {
    if (this.state === "probing") this.#probes++;
  }

  /** Told once for each call that entered since the last move. Failures open it only if it `mayOpen`. */
  settle(health: Health, mayOpen: boolean): void {
    if (this.state === "probing") this.#settleProbe(health);
    else if (health !== undefined) this.#count(health === "failed", mayOpen);
  }

  /** For this time, or until the signal is aborted or asking again makes sense. */
  async sleep(time: number, signal: AbortSignal): Promise<void> {
    const sleeper = new AbortController();
    this.sleepers.add(sleeper);
    signal.addEventListener("abort", () => sleeper.abort(), { signal: sleeper.signal });
    try {
      await this.#clock.sleep(time, sleeper.signal);
    } catch (fault) {
      // Without a clock it would ask again and again.
      if (!sleeper.signal.aborted) throw fault;
    } finally {
      this.sleepers.delete(sleeper);
      sleeper.abort();
    }
  }

  /** Opens for this time at most. */
  open(time: number): void {
    const openFor = Math.min(time, this.#policy.openMax);
    this.#openUntil = this.#clock.mono() + openFor;
    this.#move("open", openFor);
  }

  /**
   * Whether it is as good as a new one: failures count for two windows, and one that has moved remembers it for as long
   * as calls from before may still end.
   */
  get isIdle(): boolean {
    return this.sleepers.size === 0 && this.#probes === 0 && this.#clock.mono() >= this.#keptUntil;
  }

  #settleProbe(health: Health): void {
    const { probes } = this.#policy;
    this.#probes--;
    this.#keep(0);
    if (health === "failed") this.#openAgain();
    if (health === "well" && ++this.#passed === probes[this.#step]) {
      this.#passed = 0;
      if (++this.#step === probes.length) {
        this.#openings = 0;
        this.#move("closed");
      }
    }
    // Those that find no place sleep again.
    for (const sleeper of this.sleepers) sleeper.abort();
  }

  #count(failed: boolean, mayOpen: boolean): void {
    const now = this.#clock.mono();
    const span = spanOf(this.#policy, now);
    const counts = this.#counts.get(span) ?? { calls: 0, failed: 0 };
    this.#counts.set(span, counts);
    for (const old of this.#counts.keys()) if (old <= span - SPANS) this.#counts.delete(old);
    counts.calls++;
    if (!failed) {
      this.#failures = 0;
      return;
    }
    counts.failed++;
    if (this.#failures++ === 0) this.#failingSince = now;
    this.#keep(0);
    if (mayOpen && this.#isFailing(now)) this.#openAgain();
  }

  #isFailing(now: number): boolean {
    const { consecutive, stalled, minRequests, failureRate } = this.#policy;
    const failures = this.#failures;
    if (failures >= consecutive) return true;
    if (stalled !== undefined && failures >= stalled.failures && now - this.#failingSince >= stalled.for) return true;
    let calls = 0;
    let failed = 0;
    for (const counts of this.#counts.values()) {
      calls += counts.calls;
      failed += counts.failed;
    }
    return calls >= minRequests && failed >= failureRate * calls;
  }

  /** For longer each time, until it closes. */
  #openAgain(): void {
    const { openFor, openMultiplier, openJitter } = this.#policy;
    this.open(openFor * openMultiplier ** this.#openings++ * (1 + openJitter * (2 * this.#clock.random() - 1)));
  }

  #move(state: CircuitState, openFor = 0): void {
    this.state = state;
    this.#step = 0;
    this.#probes = 0;
    this.#passed = 0;
    this.#failures = 0;
    this.#counts.clear();
    this.#keep(openFor + this.#policy.openMax);
    this.since = this.#moved(state, openFor);
  }

  /** Two windows longer than this. */
  #keep(time: number): void {
    this.#keptUntil = Math.max(this.#keptUntil, this.#clock.mono() + time + 2 * this.#policy.window);
  }
}

/** Number of the span that a moment is in. */
export function spanOf({ window }: CircuitBreakerPolicy, now: number): number {
  return Math.floor(now / (window / SPANS));
}
