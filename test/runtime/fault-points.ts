/** Everything outside that the core waits for, made to fail at one chosen moment. */
import type { Clock, RateStore, TokenStore } from "@couplet/runtime";
import { MemoryRateStore, MemoryTokenStore } from "@couplet/runtime";

/** What a port rejects with. */
export class PlannedFault extends Error {}

export interface FaultPoints {
  /** Names of all ports that were asked, in order. */
  readonly asked: string[];
  /** The clock's sleeps that are under way. */
  readonly sleeping: number;
  /** Resolves when the port that hangs is asked. */
  readonly reached: Promise<void>;
  /** Lets it answer. */
  release(): void;
  readonly clock: Clock;
  readonly rates: RateStore;
  readonly tokens: TokenStore;
  /** Wraps any other port. */
  port<A extends readonly unknown[], T>(name: string, work: (...args: A) => T | Promise<T>): (...args: A) => Promise<T>;
}

/**
 * Ports that all answer later; the one that is asked as number `failing` (from 1) rejects, throws at once, or hangs
 * until `release`.
 */
export function faultPoints(failing: number | undefined, way: "rejects" | "throws" | "hangs" = "rejects"): FaultPoints {
  const asked: string[] = [];
  const { promise: reached, resolve: reach } = deferred();
  const { promise: released, resolve: release } = deferred();
  let sleeping = 0;
  let elapsed = 0;
  const port: FaultPoints["port"] =
    (name, work) =>
    (...args) => {
      asked.push(name);
      const fails = asked.length === failing;
      if (fails && way === "throws") throw new PlannedFault(`${name} failed`);
      if (fails && way === "hangs") {
        reach();
        return released.then(() => work(...args));
      }
      return Promise.resolve().then(() => {
        if (fails) throw new PlannedFault(`${name} failed`);
        return work(...args);
      });
    };
  const sleep = port("clock.sleep", (ms: number) => {
    elapsed += ms;
  });
  const clock: Clock = {
    now: () => 1_700_000_000_000 + elapsed,
    mono: () => elapsed,
    random: () => 0.5,
    sleep(ms, signal) {
      if (ms >= 10_000) return idle(signal);
      const slept = sleep(ms);
      sleeping += 1;
      return untilAborted(slept, signal).finally(() => {
        sleeping -= 1;
      });
    },
  };
  // A time limit that is never reached: it only ends when it is no longer needed.
  const idle = (signal: AbortSignal | undefined) =>
    new Promise<void>((_, reject) => {
      sleeping += 1;
      const end = () => {
        sleeping -= 1;
        reject(signal?.reason);
      };
      if (signal?.aborted) end();
      else signal?.addEventListener("abort", end, { once: true });
    });
  const rates = new MemoryRateStore({ clock });
  const tokens = new MemoryTokenStore({ clock });
  return {
    asked,
    get sleeping() {
      return sleeping;
    },
    reached,
    release,
    clock,
    port,
    rates: {
      processes: 1,
      settle: port("rates.settle", rates.settle.bind(rates)),
      take: port("rates.take", rates.take.bind(rates)),
      giveBack: port("rates.giveBack", rates.giveBack.bind(rates)),
      feedback: port("rates.feedback", rates.feedback.bind(rates)),
    },
    tokens: {
      get: port("tokens.get", tokens.get.bind(tokens)),
      replace: port("tokens.replace", tokens.replace.bind(tokens)),
      lock: port("tokens.lock", (key, ttl) => {
        const lease = tokens.lock(key, ttl);
        return lease && { fence: lease.fence, release: port("tokens.release", () => lease.release()) };
      }),
    },
  };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** As a clock has to: an abort ends the sleep at once. */
function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal?.removeEventListener("abort", onAbort));
  });
}
