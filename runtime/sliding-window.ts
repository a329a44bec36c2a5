import { ArrivingCalls } from "./arriving-calls.ts";
import { DUST, type LimiterKind } from "./rate-limit.ts";

/**
 * The server sees at most `capacity` units in every span of `per` milliseconds, wherever it begins; so it also keeps
 * within fixed windows of unknown phase. Remembers the last `capacity` units.
 */
export const slidingWindow: LimiterKind = (figures) => new SlidingWindow(figures);

/** Above this many calls a window, calls of the same hundredth of a window are remembered together. */
const EXACT_CALLS = 1_000;

class SlidingWindow extends ArrivingCalls {
  /** Of each group of units when it had arrived at the latest, followed by how many they are; oldest first. */
  #arrived: number[] | undefined;
  /** Their sum. */
  #used: number = 0;

  override isIdle(now: number): boolean {
    return super.isIdle(now) && this.#arrived === undefined;
  }

  protected override count(now: number): void {
    super.count(now);
    this.#forget(now - this.figures.per);
  }

  protected override untilFree(needed: number, now: number): number {
    const { per } = this.figures;
    const windows = Math.ceil(needed / this.capacity) - 1;
    let missing = this.#used + this.running + needed - (windows + 1) * this.capacity;
    if (missing <= DUST) return windows * per;
    const arrived = this.#arrived ?? [];
    for (let index = 0; index < arrived.length; index += 2) {
      missing -= arrived[index + 1]!;
      if (missing <= DUST) return arrived[index]! + per - now + windows * per;
    }
    return per + windows * per;
  }

  protected override arrive(units: number, moment: number): void {
    const { capacity, per } = this.figures;
    const group = capacity > EXACT_CALLS ? per / 100 : 0;
    const arrived = group > 0 ? Math.ceil(moment / group) * group : moment;
    this.#used += units;
    const log = this.#arrived;
    if (log === undefined) this.#arrived = [arrived, units];
    // A call that was given up may be counted late; the order of the list is worth its few milliseconds.
    else if (arrived <= log.at(-2)!) log[log.length - 1]! += units;
    else log.push(arrived, units);
  }

  /** What is counted locally and would return sooner does so with the rest of it. */
  protected override raise(units: number, now: number, reset: number = this.figures.per): void {
    const more = units - this.#used;
    if (more <= 0) return;
    const moment = now + reset - this.figures.per;
    const before = this.#used;
    this.#forget(moment);
    this.#arrived = [moment, before - this.#used + more, ...(this.#arrived ?? [])];
    this.#used = units;
  }

  /** Takes out what had arrived by then. */
  #forget(moment: number): void {
    const log = this.#arrived;
    if (log === undefined) return;
    let gone = 0;
    for (; gone < log.length && log[gone]! <= moment; gone += 2) this.#used -= log[gone + 1]!;
    if (gone === 0) return;
    log.splice(0, gone);
    if (log.length > 0) return;
    this.#arrived = undefined;
    // Sums of fractions leave dust behind.
    this.#used = 0;
  }
}
