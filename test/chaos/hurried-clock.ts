import { type Clock, systemClock } from "@couplet/runtime";

/** The machine's clock, but so many times faster: waits of ours get shorter, input and output do not. */
export function hurriedClock(speed: number): Clock {
  if (speed === 1) return systemClock;
  const start = Date.now();
  const { mono } = systemClock;
  return {
    now: () => start + (Date.now() - start) * speed,
    mono: () => mono() * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
    random: systemClock.random,
  };
}
