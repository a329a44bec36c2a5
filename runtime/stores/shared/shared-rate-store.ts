import { type Clock, systemClock } from "../../clock.ts";
import { LocalShare } from "../../local-share.ts";
import type { SafeRateStore } from "../rate-store.ts";
import { HORIZON, LeasedRateStore } from "./leased-rate-store.ts";
import type { RateBackend } from "./rate-backend.ts";

/** Options of a rate store that processes share. */
export interface SharedRateOptions {
  /** Asks the store for every call. Without it units are taken in batches of up to 16, as many as 50 ms need. */
  readonly strict?: boolean;
  /** Milliseconds after which a silent store has failed; 500 when absent. */
  readonly timeout?: number;
  /** How many processes there are, as long as the store has not told; 10 when absent. */
  readonly processes?: number;
  /** Called when the store fails, and when it is back. The error holds no command, key or token. */
  readonly onChange?: (state: "failed" | "back", error?: unknown) => void;
  readonly clock?: Clock;
}

/** Leases over a backend, with the share of this process behind them. Throws a TypeError for figures that cannot be. */
export function sharedRateStore(name: string, backend: RateBackend, options: SharedRateOptions): SafeRateStore {
  const { clock = systemClock, timeout = 500, processes = 10, strict = false, onChange } = options;
  if (!(timeout > 0)) throw new TypeError(`${name}: timeout must be a number of milliseconds above 0.`);
  if (!(processes >= 1)) throw new TypeError(`${name}: processes must be a number from 1 on.`);
  const leased = new LeasedRateStore(backend, { clock, name, timeout, processes, strict });
  return new LocalShare(leased, { clock, horizon: HORIZON + 2 * timeout, onChange });
}
