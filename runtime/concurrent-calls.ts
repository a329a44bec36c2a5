import { type Allowance, DUST, type Limiter, type LimiterKind, type LimitFigures } from "./rate-limit.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** How long an idle partition remembers that the server's limit is smaller than the declared one: an hour. */
const REMEMBERED = 3_600_000;

/** At most `capacity` units of calls that run at the same time; `per` and `refill` mean nothing here. */
export const concurrentCalls: LimiterKind = (figures) => new RunningCalls(figures);

/** What all algorithms have in common. A class, because every partition has one: its functions exist once. */
export class RunningCalls implements Limiter {
  figures: LimitFigures;
  /** Units that were taken and neither counted by the server nor given back. */
  protected running: number = 0;
  /** What the server said that its limit is, and when. */
  #limit: number = NEVER;
  #loweredAt: number | undefined;
  #pausedUntil: number | undefined;

  constructor(figures: LimitFigures) {
    this.figures = figures;
  }

  protected get capacity(): number {
    return Math.max(1, Math.min(this.figures.capacity, this.#limit));
  }

  wait(cost: number, ahead: number, now: number): number {
    this.count(now);
    const pause = (this.#pausedUntil ?? now) - now;
    const wait = Math.max(pause, this.untilFree(this.units(cost) + ahead, now));
    // The end of a pause is known, that of another call is not.
    if (wait === NEVER && pause > 0) return pause;
    return wait > DUST ? wait : 0;
  }

  take(cost: number, _now: number): unknown {
    const units = this.units(cost);
    this.running += units;
    return units;
  }

  settle(slot: unknown, _actual: number | undefined, _now: number): void {
    this.giveBack(slot);
  }

  giveBack(slot: unknown): void {
    this.running -= slot as number;
  }

  lower({ limit, pause }: Allowance, now: number): void {
    if (pause !== undefined) this.#pausedUntil = Math.max(this.#pausedUntil ?? now, now + pause);
    if (limit === undefined) return;
    this.#limit = limit;
    this.#loweredAt = now;
  }

  isIdle(now: number): boolean {
    this.count(now);
    if (this.running > DUST || (this.#pausedUntil ?? now) > now) return false;
    return this.#limit >= this.figures.capacity || this.#loweredAt! + REMEMBERED <= now;
  }

  /** A call that costs more than there is takes all of it instead of waiting for ever. */
  protected units(cost: number): number {
    return Math.min(cost, this.capacity);
  }

  /** Counts what time has changed. */
  protected count(_now: number): void {}

  /** Milliseconds until `needed` units fit. */
  protected untilFree(needed: number, _now: number): number {
    return this.running + needed <= this.capacity ? 0 : NEVER;
  }
}
