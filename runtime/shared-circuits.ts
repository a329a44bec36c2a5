/** Circuits of one server that hear of those in other processes, and tell them. */
import type { Health } from "./circuit.ts";
import { Circuits, type Entry } from "./circuits.ts";
import type { Clock } from "./clock.ts";
import type { BreakerStore, SharedBreakerStore } from "./stores/breaker-store.ts";

/** Failures come many at once; the store is asked once in so many milliseconds. */
const ASK_EVERY = 1_000;

/** Makes clients use a store: `createClient({ stores: { breakers: sharedBreakers(store) } })`. */
export function sharedBreakers(store: BreakerStore): SharedBreakerStore {
  return {
    heldFor: (key) => store.heldFor(key),
    publish: (key, openFor) => store.publish(key, openFor),
    circuits: (key, ...parts) => new SharedCircuits(store, key, ...parts),
  };
}

class SharedCircuits extends Circuits {
  readonly #store: BreakerStore;
  readonly #key: string;
  readonly #clock: Clock;
  #asksAt = Number.NEGATIVE_INFINITY;

  constructor(store: BreakerStore, key: string, ...parts: ConstructorParameters<typeof Circuits>) {
    super(...parts);
    this.#store = store;
    this.#key = key;
    this.#clock = parts[1];
  }

  override settle(entry: Entry, health: Health): void {
    const before = this.known.get(undefined)?.since;
    super.settle(entry, health);
    const origin = this.known.get(undefined);
    if (origin?.state === "open" && origin.since !== before) this.#tell(origin.wait());
    if (health === "failed") this.#ask();
  }

  /** Tells the others that this process holds calls back. */
  #tell(openFor: number): void {
    quietly(() => this.#store.publish(this.#key, openFor));
  }

  /** Holds calls back for as long as another process does, unless the origin's circuit is at work already. */
  #ask(): void {
    if (this.#clock.mono() < this.#asksAt) return;
    this.#asksAt = this.#clock.mono() + ASK_EVERY;
    quietly(async () => {
      const time = await this.#store.heldFor(this.#key);
      const origin = time > 0 ? this.failing(undefined) : undefined;
      if (origin?.state === "closed") origin.open(time);
    });
  }
}

/** Without the others, each process judges by what it sees itself. */
function quietly(work: () => Promise<void>): void {
  new Promise<void>((resolve) => resolve(work())).catch(() => {});
}
