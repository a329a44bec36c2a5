import type { Circuits } from "../circuits.ts";

/**
 * Where processes tell each other that a server is down, so that the next one need not find out by twenty failures of its
 * own. Only openings are shared: each process probes and closes by itself. A store that fails or is silent is one that
 * knows nothing; no call ever waits for it.
 */
export interface BreakerStore {
  /** Milliseconds for which another process holds calls back; 0 when none does. Asked after a failure only. */
  heldFor(key: string): Promise<number>;
  /** A circuit has opened for so many milliseconds. A shorter time than is known changes nothing. */
  publish(key: string, openFor: number): Promise<void>;
}

/** A store that clients can use: those of Redis and Postgres, or any other in `sharedBreakers`. */
export interface SharedBreakerStore extends BreakerStore {
  /** The circuits of the server that the store knows by this key; the rest is what circuits are made of. */
  circuits(key: string, ...parts: ConstructorParameters<typeof Circuits>): Circuits;
}
