import type { WaitHeader } from "./descriptor.ts";
import { type Exchange, readPointer } from "./pointer.ts";

/** A wait of more than ten years is a moment in the wrong unit, or spite. */
const LONGEST_WAIT = 10 * 365 * 86_400_000;

const DECIMAL = /^[0-9]{1,20}(?:\.[0-9]{1,20})?$/;

/**
 * The wait that an answer asks for, in milliseconds: that of the first rule whose value is readable; 0 for a moment in
 * the past. Moments are measured against the answer's own `Date` (RFC 9110 section 6.6.1), so that a skewed clock on
 * either side does not shorten the wait; `now` (epoch milliseconds) counts only when there is none, or where the rule
 * says so.
 */
export function readWait(rules: readonly WaitHeader[], exchange: Exchange, now: number): number | undefined {
  for (const rule of rules) {
    const value = readPointer(rule.from, exchange);
    if (typeof value !== "string" && typeof value !== "number") continue;
    const server = () => serverTime(exchange) ?? now;
    const wait = rule.use
      ? rule.use(rule, String(value), now, server)
      : usualWait(rule.format, String(value).trim(), server);
    if (wait !== undefined && wait <= LONGEST_WAIT) return wait;
  }
  return undefined;
}

function usualWait(format: WaitHeader["format"], text: string, server: () => number): number | undefined {
  const delay = milliseconds(text, "e3");
  return format === "delaySeconds" ? delay : (delay ?? until(parseHttpDate(text), server));
}

/** The exponent is read with the digits: multiplied by 1000, `4.07` would be a little more than 4070. */
export function milliseconds(text: string, exponent: "e3" | ""): number | undefined {
  return DECIMAL.test(text) ? Number(text + exponent) : undefined;
}

/** The wait for a moment; `reference` is what it is measured against, both in epoch milliseconds. */
export function until(moment: number | undefined, reference: () => number): number | undefined {
  return moment === undefined ? undefined : Math.max(0, moment - reference());
}

function serverTime({ headers }: Exchange): number | undefined {
  // A cached answer carries the Date of its making.
  return headers.has("age") ? undefined : parseHttpDate(headers.get("date") ?? "");
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const FIXDATE = /^[a-z]{3}, ([0-9 ][0-9]) ([a-z]{3}) ([0-9]{4}) ([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60) gmt$/i;
const RFC850 = /^[a-z]{6,9}, ([0-9]{2})-([a-z]{3})-([0-9]{2}) /i;
const ASCTIME = /^[a-z]{3} ([a-z]{3}) ([0-9 ][0-9]) ([0-9:]{8}) ([0-9]{4})$/i;

/** Epoch milliseconds of an HTTP-date, in its present form or one of the two obsolete ones (RFC 9110 section 5.6.7). */
export function parseHttpDate(text: string): number | undefined {
  const fixdate = text
    // Two digits of a year mean the 1900s from 70 on; HTTP has no older dates.
    .replace(RFC850, (_, day, month, year) => `day, ${day} ${month} ${year < 70 ? 20 : 19}${year} `)
    .replace(ASCTIME, "day, $2 $1 $4 $3 GMT");
  const match = FIXDATE.exec(fixdate);
  if (match === null) return undefined;
  const [, day, name, year, hour, minute, second] = match;
  const month = MONTHS.indexOf(name!.toLowerCase());
  const midnight = Date.UTC(Number(year), month, Number(day));
  const isReal = new Date(midnight).getUTCMonth() === month;
  return isReal ? midnight + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000 : undefined;
}
