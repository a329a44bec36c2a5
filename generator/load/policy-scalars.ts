/** The scalar forms of the policy language, each with its own message and fix. */
import { z } from "zod";
import { parseDuration, parsePercent, parseSize } from "../policy-model.ts";

/** What a check has to say of a value; `code` as in the policy's table of findings. */
export interface ScalarProblem {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

export function isScalarProblem(value: unknown): value is ScalarProblem {
  return typeof value === "object" && value !== null && "code" in value && "fix" in value;
}

export function scalar(check: (value: unknown) => ScalarProblem | undefined): z.ZodType {
  return z.unknown().superRefine((value, context) => {
    const problem = check(value);
    if (problem) context.addIssue({ code: "custom", message: problem.message, params: { ...problem } });
  });
}

export function kindOf(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") return `the text \`${value.length > 60 ? `${value.slice(0, 60)}…` : value}\``;
  return `the ${typeof value} ${String(value)}`;
}

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
  return scalar((value) => durationProblem(value, options.zero === true));
}

/** A whole number; below `least` is P102 with the given advice. */
export function count(least: number = 1, advice: string = "write a whole number of at least 1"): z.ZodType {
  return scalar((value) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value)) {
      const quoted = typeof value === "string" && /^[0-9]+$/.test(value);
      return {
        code: "P003",
        message: `a whole number is due here, not ${kindOf(value)}`,
        fix: quoted ? `remove the quotes: ${value}` : "write a whole number",
      };
    }
    return value < least
      ? { code: "P102", message: `${value} is below the least possible value, ${least}`, fix: advice }
      : undefined;
  });
}

/** A number of at least `least`; less is P103. */
export function factor(least: number): z.ZodType {
  return scalar((value) => {
    if (typeof value !== "number" || !Number.isFinite(value))
      return { code: "P003", message: `a number is due here, not ${kindOf(value)}`, fix: "write a number" };
    return value < least
      ? {
          code: "P103",
          message: `${value} would make each wait shorter than the one before`,
          fix: `write a number of at least ${least}`,
        }
      : undefined;
  });
}

/** `20%`, below 100 %. */
export const share: z.ZodType = scalar((value) => {
  const parsed = typeof value === "string" ? parsePercent(value) : undefined;
  if (parsed === undefined) {
    const fix =
      typeof value === "number" ? `write \`${value <= 1 ? value * 100 : value}%\`` : "write for example `10%`";
    return { code: "P101", message: `a percentage is due here, not ${kindOf(value)}`, fix };
  }
  return parsed >= 1
    ? { code: "P103", message: "nothing would be left", fix: "write a percentage below 100%" }
    : undefined;
});

/** `500KB`, `20MiB`. */
export const size: z.ZodType = scalar((value) => {
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

/** Text, with a fix for what YAML makes of unquoted figures. */
export function text(pattern?: RegExp, shape: string = "text"): z.ZodType {
  return scalar((value) => {
    if (typeof value === "number" || typeof value === "boolean")
      return {
        code: "P003",
        message: `${shape} is due here; without quotes this is a ${typeof value}`,
        fix: `put it in quotes: "${value}"`,
      };
    if (typeof value !== "string" || value.length === 0)
      return {
        code: "P003",
        message: `${shape} is due here, not ${value === "" ? "an empty one" : kindOf(value)}`,
        fix: `write ${shape}`,
      };
    if (pattern && !pattern.test(value))
      return { code: "P003", message: `${kindOf(value)} is not ${shape}`, fix: `write ${shape}` };
    return undefined;
  });
}

/** A value of a map that may be empty text: constants of headers and queries. */
export const constant: z.ZodType = scalar((value) =>
  typeof value === "string"
    ? undefined
    : {
        code: "P003",
        message: `text is due here, not ${kindOf(value)}`,
        fix: typeof value === "object" ? "write text" : `put it in quotes: "${String(value)}"`,
      },
);

/** A calendar date, `2026-11-20`. */
export const date: z.ZodType = scalar((value) => {
  const match = typeof value === "string" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value);
  const real = match && new Date(`${value}T00:00:00Z`).toJSON()?.slice(0, 10) === value;
  return real
    ? undefined
    : {
        code: "P003",
        message: `a date is due here, not ${kindOf(value)}`,
        fix: "write it as year-month-day, for example `2026-11-20`",
      };
});

/** A value of the version key: this language is version 1. */
export const formatVersion: z.ZodType = scalar((value) => {
  if (typeof value === "number")
    return { code: "P003", message: "the format version is text", fix: 'write `policy: "1.0"`' };
  const known = typeof value === "string" && /^1\.[0-9]{1,3}$/.test(value);
  return known
    ? undefined
    : {
        code: "P003",
        message: `this format version is not known: ${kindOf(value)}`,
        fix: 'write `policy: "1.0"`; newer formats need a newer couplet',
      };
});

/** How a header tells a wait. A name outside the closed list is P420: guessing the unit is how clients wait for years. */
export const waitFormats: readonly string[] = [
  "delaySeconds",
  "delayMilliseconds",
  "epochSeconds",
  "epochMilliseconds",
  "httpDate",
  "iso8601",
  "duration",
  "delaySecondsOrHttpDate",
];
export const waitFormat: z.ZodType = scalar((value) =>
  waitFormats.includes(value as string)
    ? undefined
    : {
        code: "P420",
        message: `${kindOf(value)} is not a known format of a wait`,
        fix: `write one of ${waitFormats.join(", ")}`,
      },
);

/** Keys are made once for a call: a new one for each attempt would make every retry a second effect. */
export const keyGenerator: z.ZodType = scalar((value) => {
  if (value === "uuid4") return undefined;
  if (typeof value === "string" && /attempt/i.test(value))
    return {
      code: "P406",
      message: "a key that differs for each attempt protects nothing",
      fix: "write `generate: uuid4`: one key for a call, the same over its attempts",
    };
  return { code: "P003", message: `${kindOf(value)} is not a way to generate keys`, fix: "write `generate: uuid4`" };
});
