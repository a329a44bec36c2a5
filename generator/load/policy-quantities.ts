/** Quantities of the policy language: a figure and its unit, never a bare number. */
import type { z } from "zod";
import { parseDuration, parsePercent, parseSize } from "../policy-model.ts";
import { kindOf, type ScalarProblem, scalar } from "./policy-scalars.ts";

const aboveZero = "^(?=.*[1-9])";
const decimal = "[0-9]{1,12}(\\.[0-9]{1,6})?";

const longUnits: Readonly<Record<string, string>> = {
  sec: "s",
  second: "s",
  min: "m",
  minute: "m",
  hour: "h",
  day: "d",
  msec: "ms",
  millisecond: "ms",
};

function durationProblem(value: unknown, zero: boolean): ScalarProblem | undefined {
  if (typeof value === "number")
    return {
      code: "P101",
      message: `a duration needs a unit, not the bare number ${value}`,
      fix: `write \`${value}s\` or \`${value}ms\``,
    };
  const milliseconds = typeof value === "string" ? parseDuration(value) : undefined;
  if (milliseconds === undefined) {
    const worded = typeof value === "string" ? /^([0-9.]+) *([a-z]+?)s?$/i.exec(value) : null;
    const unit = worded ? longUnits[worded[2]!.toLowerCase()] : undefined;
    const fix =
      worded && unit
        ? `write \`${worded[1]}${unit}\``
        : "write a number and a unit (ms, s, m, h, d), for example `30s`";
    return { code: "P101", message: `a duration is due here, not ${kindOf(value)}`, fix };
  }
  if (milliseconds === 0 && !zero)
    return {
      code: "P102",
      message: "a duration of zero has no meaning here",
      fix: "write a duration above zero, or leave the key out",
    };
  return undefined;
}

/** `30s`. */
export function duration(options: { readonly zero?: boolean } = {}): z.ZodType {
  const zero = options.zero === true;
  const pattern = `${zero ? "^" : aboveZero}${decimal}(ms|s|m|h|d)$`;
  return scalar({ type: "string", pattern }, (value) => durationProblem(value, zero));
}

function shareProblem(value: unknown): ScalarProblem | undefined {
  if (typeof value === "string" && parsePercent(value) !== undefined) return undefined;
  const fix = typeof value === "number" ? `write \`${value <= 1 ? value * 100 : value}%\`` : "write for example `10%`";
  return { code: "P101", message: `a percentage is due here, not ${kindOf(value)}`, fix };
}

/** `20%`, below 100 %: a part that is kept back. */
export const share: z.ZodType = scalar(
  { type: "string", pattern: "^0?[0-9]{1,2}(\\.[0-9]{1,6})?%$" },
  (value) =>
    shareProblem(value) ??
    (parsePercent(value as string)! >= 1
      ? { code: "P103", message: "nothing would be left", fix: "write a percentage below 100%" }
      : undefined),
);

/** `50%`, above 0 %, at most 100 %: how much must fail. */
export const rate: z.ZodType = scalar(
  { type: "string", pattern: `${aboveZero}(100(\\.0{1,6})?|0?[0-9]{1,2}(\\.[0-9]{1,6})?)%$` },
  (value) => {
    const parsed = typeof value === "string" ? (parsePercent(value) ?? 0.5) : 0.5;
    if (parsed > 0 && parsed <= 1) return shareProblem(value);
    return parsed === 0
      ? { code: "P102", message: "a rate of zero is reached by every call", fix: "write a percentage above 0%" }
      : { code: "P103", message: "more than everything can never fail", fix: "write at most `100%`" };
  },
);

/** `500KB`, `20MiB`. */
export const size: z.ZodType = scalar({ type: "string", pattern: `${aboveZero}${decimal}(B|[KMG]i?B)$` }, (value) => {
  if (typeof value === "number")
    return {
      code: "P101",
      message: `a size needs a unit, not the bare number ${value}`,
      fix: `write \`${value}KB\` (1000) or \`${value}KiB\` (1024)`,
    };
  const parsed = typeof value === "string" ? parseSize(value) : undefined;
  if (parsed === undefined)
    return {
      code: "P101",
      message: `a size is due here, not ${kindOf(value)}`,
      fix: "write for example `500KB` (1000) or `500KiB` (1024)",
    };
  return parsed === 0
    ? { code: "P102", message: "a size of zero refuses everything", fix: "write a size above zero" }
    : undefined;
});
