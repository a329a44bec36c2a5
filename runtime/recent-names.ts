/** A name that is not known any more is only not counted; a map without bound would be worse. */
const MOST = 100_000;

/** Which names were seen lately, counted in spans of time: each name weighs one entry until it has been quiet for `spans` of them. */
export class RecentNames {
  readonly #spans: number;
  /** The span in which each was last seen, the longest quiet first. */
  readonly #seen = new Map<string, number>();

  constructor(spans: number) {
    this.#spans = spans;
  }

  see(name: string, span: number): void {
    const last = this.#seen.get(name);
    if (last === span) return;
    if (last !== undefined) this.#seen.delete(name);
    this.#forget(span);
    if (this.#seen.size < MOST) this.#seen.set(name, span);
  }

  count(span: number): number {
    this.#forget(span);
    return this.#seen.size;
  }

  #forget(span: number): void {
    for (const [name, last] of this.#seen) {
      if (span - last < this.#spans) return;
      this.#seen.delete(name);
    }
  }
}
