/** Single values from the wire to what the program sees. Nothing is rounded, and nothing is guessed. */
import type { Conversion } from "./coercion.ts";
import { isUnsafe } from "./json-numbers.ts";

// Longer ones are no 64-bit integers; to read them would take time that grows with their square.
const integer = /^-?\d{1,20}$/;
const decimal = /^-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,4})?$/;
const moment = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:([Zz])|([+-]\d\d):?(\d\d)))?$/;

/**
 * The value for the program. `value` is the decoded JSON; `digits` its text where it is a number that decoding changed.
 * Throws a RangeError whose message completes "the value at …".
 */
export function convert({ from, to }: Conversion, value: unknown, digits: string | undefined): unknown {
  const text = typeof value === "number" ? (digits ?? String(value)) : value;
  if (typeof text !== "string") throw new RangeError(`is no ${from}`);
  if (from === "iso8601") return dateOf(typeof value === "string" ? timeOf(value) : Number.NaN, from);
  if (from === "epochSeconds" || from === "epochMilliseconds") {
    const number = decimal.test(text) ? Number(text) : Number.NaN;
    return dateOf(Math.round(from === "epochSeconds" ? number * 1000 : number), from);
  }
  const plain = from === "int64" ? wholeDigits(text, value) : text;
  if (!(from === "int64" ? integer : decimal).test(plain)) throw new RangeError(`is no ${from}`);
  if (to === "bigint") return BigInt(plain);
  if (to === "string") return plain;
  const number = Number(plain);
  if (isUnsafe(plain) || !Number.isFinite(number))
    throw new RangeError("is beyond what a number holds; let the policy coerce it to a string");
  return number;
}

/** `1e3` and `5.0` are integers too, as JSON has them. */
function wholeDigits(text: string, value: unknown): string {
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : text;
}

function dateOf(time: number, from: string): Date {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) throw new RangeError(`is no ${from}`);
  return date;
}

/** A date alone is midnight UTC. A time without its offset would be another moment on each machine. */
function timeOf(text: string): number {
  const match = text.length > 40 ? null : moment.exec(text);
  if (match === null) return Number.NaN;
  const [, day, time, zulu, hours, minutes] = match;
  return Date.parse(time === undefined ? day! : `${day}T${time}${zulu === undefined ? `${hours}:${minutes}` : "Z"}`);
}
