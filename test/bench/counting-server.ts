/**
 * A server in its own process that counts requests when they arrive, after a way of up to `way` milliseconds that it
 * plays itself, in rolling windows and in fixed ones of a phase that nobody knows. The parent sends `Figures` to begin
 * and any other message to end; the answer is what it saw.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";

export interface Seen {
  readonly arrived: number;
  /** Requests that came while `capacity` others had come within the last `per` milliseconds. */
  readonly violations: number;
  /** Requests above `capacity` in one of the fixed windows. */
  readonly fixedViolations: number;
  /** The longest time in milliseconds for which this process could not count. */
  readonly stall: number;
}

export interface Figures {
  readonly capacity: number;
  readonly per: number;
  readonly way: number;
}

let figures: Figures = { capacity: 1, per: 1_000, way: 0 };
let arrivals: number[] = [];
let seen = { arrived: 0, violations: 0, fixedViolations: 0 };
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let phase = 0;
let fixed = { window: 0, count: 0 };

function count(): void {
  const now = performance.now();
  const { capacity, per } = figures;
  const window = Math.floor((now + phase) / per);
  fixed = fixed.window === window ? { window, count: fixed.count + 1 } : { window, count: 1 };
  arrivals.push(now);
  const oldest = arrivals.at(-capacity - 1);
  seen = {
    arrived: seen.arrived + 1,
    violations: seen.violations + (oldest !== undefined && now - oldest < per ? 1 : 0),
    fixedViolations: seen.fixedViolations + (fixed.count > capacity ? 1 : 0),
  };
  if (arrivals.length > 2 * capacity + 100) arrivals = arrivals.slice(-capacity - 1);
}

const server = createServer((_, response) => {
  setTimeout(() => {
    count();
    response.setHeader("content-type", "application/json").end("{}");
  }, Math.random() * figures.way);
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on("message", (message) => {
  if (typeof message === "object" && message !== null && "capacity" in message) {
    figures = message as Figures;
    arrivals = [];
    seen = { arrived: 0, violations: 0, fixedViolations: 0 };
    phase = Math.random() * figures.per;
    fixed = { window: 0, count: 0 };
    delay.reset();
    process.send?.("ready");
  } else process.send?.({ ...seen, stall: delay.max / 1e6 } satisfies Seen);
});
process.on("disconnect", () => process.exit(0));
