import type { Duration } from "./operation.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^([0-9]{1,15}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)$/;

/** Milliseconds of a duration; a number already is milliseconds. Throws a TypeError for anything else, also for NaN and negative ones. */
export function toMilliseconds(value: Duration): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  const match = typeof value === "string" ? DURATION.exec(value) : null;
  if (match === null) {
    throw new TypeError('A duration is a number of milliseconds or text such as "250ms", "20s", "5m", "1h" or "1d".');
  }
  return Number(match[1]) * UNITS[match[2]!]!;
}
