import type { WaitFormat, WaitHeader } from "./descriptor.ts";
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
      : toWait(String(value).trim(), rule.format, server);
    if (wait !== undefined && wait <= LONGEST_WAIT) return wait;
  }
  return undefined;
}

/** Of a text in one of the usual formats; `reference` is what a moment is measured against, in epoch milliseconds. */
export function toWait(text: string, format: WaitFormat, reference: () => number): number | undefined {
  switch (format) {
    case "delaySeconds":
      return milliseconds(text, "e3");
    case "delayMilliseconds":
      return milliseconds(text, "");
    case "epochSeconds":
      return until(milliseconds(text, "e3"), reference);
    case "epochMilliseconds":
      return until(milliseconds(text, ""), reference);
    case "httpDate":
      return until(parseHttpDate(text), reference);
    case "iso8601":
      return until(parseIsoDate(text), reference);
    case "delaySecondsOrHttpDate":
      return milliseconds(text, "e3") ?? until(parseHttpDate(text), reference);
    case "duration":
      return undefined;
  }
}

/** The exponent is read with the digits: multiplied by 1000, `4.07` would be a little more than 4070. */
function milliseconds(text: string, exponent: "e3" | ""): number | undefined {
  return DECIMAL.test(text) ? Number(text + exponent) : undefined;
}

function until(moment: number | undefined, reference: () => number): number | undefined {
  return moment === undefined ? undefined : Math.max(0, moment - reference());
}

function serverTime(exchange: Exchange): number | undefined {
  const date = exchange.headers.get("date");
  // A cached answer carries the Date of its making.
  return date === null || exchange.headers.has("age") ? undefined : parseHttpDate(date.trim());
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const FIXDATE = /^[a-z]{3}, ([0-9]{2}) ([a-z]{3}) ([0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) gmt$/i;
const RFC850 = /^[a-z]{6,9}, ([0-9]{2})-([a-z]{3})-([0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) gmt$/i;
const ASCTIME = /^[a-z]{3} ([a-z]{3}) ([0-9 ][0-9]) ([0-9]{2}:[0-9]{2}:[0-9]{2}) ([0-9]{4})$/i;

/** Epoch milliseconds of an HTTP-date, in its present form or one of the two obsolete ones (RFC 9110 section 5.6.7). */
export function parseHttpDate(text: string): number | undefined {
  const fixdate = FIXDATE.exec(text);
  if (fixdate) return moment(fixdate[3]!, fixdate[2]!, fixdate[1]!, fixdate[4]!);
  const rfc850 = RFC850.exec(text);
  // Two digits of a year mean the 1900s from 70 on; HTTP has no older dates.
  if (rfc850) return moment(`${Number(rfc850[3]) < 70 ? 20 : 19}${rfc850[3]}`, rfc850[2]!, rfc850[1]!, rfc850[4]!);
  const asctime = ASCTIME.exec(text);
  return asctime ? moment(asctime[4]!, asctime[1]!, asctime[2]!, asctime[3]!) : undefined;
}

function moment(year: string, month: string, day: string, time: string): number | undefined {
  const index = MONTHS.indexOf(month.toLowerCase());
  const [hour, minute, second] = time.split(":").map(Number);
  if (index < 0 || hour! > 23 || minute! > 59 || second! > 60) return undefined;
  const date = Date.UTC(Number(year), index, Number(day), hour, minute, second);
  return new Date(date).getUTCMonth() === index || second === 60 ? date : undefined;
}

const ISO =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)(Z|[+-][0-9]{2}:?[0-9]{2})?$/i;

/** Epoch milliseconds of an RFC 3339 date and time; without an offset it is taken as UTC. */
function parseIsoDate(text: string): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const offset = (match[3] ?? "Z").toUpperCase().replace(/^([+-][0-9]{2})([0-9]{2})$/, "$1:$2");
  const date = Date.parse(`${match[1]}T${match[2]!.replace(/(\.[0-9]{3})[0-9]+$/, "$1")}${offset}`);
  return Number.isNaN(date) ? undefined : date;
}
