/** Single values from the wire to what the program sees. Nothing is rounded, and nothing is guessed. */
import type { Conversion } from "./coercion.ts";
import { isUnsafe } from "./json-numbers.ts";

/**
 * The value for the program, of its text; `wire` is the decoded JSON. Undefined where it is none of this form. Throws a
 * RangeError whose message completes "the value at …". Features that generated code names.
 */
export type ValueReader = (text: string, conversion: Conversion, wire: unknown) => unknown;

// Longer ones are no 64-bit integers; to read them would take time that grows with their square.
const integer = /^-?\d{1,20}$/;
const decimal = /^-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,4})?$/;
const moment = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:([Zz])|([+-]\d\d):?(\d\d)))?$/;

/** `1e3` and `5.0` are integers too, as JSON has them. */
export const readInt64: ValueReader = (text, { to }, wire) =>
  numberOf(Number.isSafeInteger(wire) ? String(wire) : text, integer, to);

export const readDecimal: ValueReader = (text, { to }) => numberOf(text, decimal, to);

function numberOf(text: string, form: RegExp, to: Conversion["to"]): unknown {
  if (!form.test(text)) return undefined;
  if (to === "bigint") return BigInt(text);
  if (to === "string") return text;
  const number = Number(text);
  if (isUnsafe(text) || !Number.isFinite(number))
    throw new RangeError("is beyond what a number holds; let the policy coerce it to a string");
  return number;
}

/** Seconds or milliseconds since 1970. */
export const readEpoch: ValueReader = (text, { from }) =>
  decimal.test(text) ? dateOf(Math.round(Number(text) * (from === "epochSeconds" ? 1000 : 1))) : undefined;

/** A date alone is midnight UTC. A time without its offset would be another moment on each machine. */
export const readIso8601: ValueReader = (text, _conversion, wire) => {
  const match = typeof wire !== "string" || text.length > 40 ? null : moment.exec(text);
  if (match === null) return undefined;
  const [, day, time, zulu, hours, minutes] = match;
  return dateOf(
    Date.parse(time === undefined ? day! : `${day}T${time}${zulu === undefined ? `${hours}:${minutes}` : "Z"}`),
  );
};

function dateOf(time: number): Date | undefined {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
