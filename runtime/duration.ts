import type { Duration } from "./operation.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^([0-9]{1,15}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)$/;

/** Milliseconds of a duration; a number already is milliseconds. NaN for anything else, also for negative ones. */
export function toMilliseconds(value: Duration): number {
  if (typeof value === "number") return value >= 0 && Number.isFinite(value) ? value : Number.NaN;
  const match = DURATION.exec(typeof value === "string" ? value : "");
  return match === null ? Number.NaN : Number(match[1]) * UNITS[match[2]!]!;
}
