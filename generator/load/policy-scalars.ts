/** The scalar forms of the policy language, each with its own message and fix. */
import { z } from "zod";

/** What a check has to say of a value; `code` as in the policy's table of findings. */
export interface ScalarProblem {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

export function isScalarProblem(value: unknown): value is ScalarProblem {
  return typeof value === "object" && value !== null && "code" in value && "fix" in value;
}

/** What JSON Schema can say of the same form, for editors. */
export interface JsonForm {
  readonly type: "string" | "number" | "integer";
  readonly [keyword: string]: unknown;
}

export function scalar(json: JsonForm, check: (value: unknown) => ScalarProblem | undefined): z.ZodType {
  const form = z.unknown().superRefine((value, context) => {
    const problem = check(value);
    if (problem) context.addIssue({ code: "custom", message: problem.message, params: { ...problem } });
  });
  // Not `.meta`, which would make another copy of each of the many scalars.
  z.globalRegistry.add(form, { ...json });
  return form;
}

export function kindOf(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") return `the text \`${value.length > 60 ? `${value.slice(0, 60)}…` : value}\``;
  return `the ${typeof value} ${String(value)}`;
}

/** A whole number; below `least` is P102 with the given advice. */
export function count(least: number = 1, advice: string = "write a whole number of at least 1"): z.ZodType {
  return scalar({ type: "integer", minimum: least }, (value) => {
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
  return scalar({ type: "number", minimum: least }, (value) => {
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

/** Text, with a fix for what YAML makes of unquoted figures. `json` says more than `pattern` where the plan checks more. */
export function text(pattern?: RegExp, shape: string = "text", json: RegExp | undefined = pattern): z.ZodType {
  return scalar({ type: "string", ...(json ? { pattern: json.source } : { minLength: 1 }) }, (value) => {
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
export const constant: z.ZodType = scalar({ type: "string" }, (value) =>
  typeof value === "string"
    ? undefined
    : {
        code: "P003",
        message: `text is due here, not ${kindOf(value)}`,
        fix: typeof value === "object" ? "write text" : `put it in quotes: "${String(value)}"`,
      },
);

/** A calendar date, `2026-11-20`. */
export const date: z.ZodType = scalar(
  { type: "string", format: "date", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
  (value) => {
    const match = typeof value === "string" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value);
    const real = match && new Date(`${value}T00:00:00Z`).toJSON()?.slice(0, 10) === value;
    return real
      ? undefined
      : {
          code: "P003",
          message: `a date is due here, not ${kindOf(value)}`,
          fix: "write it as year-month-day, for example `2026-11-20`",
        };
  },
);

/** A value of the version key: this language is version 1. */
export const formatVersion: z.ZodType = scalar({ type: "string", pattern: "^1\\.[0-9]{1,3}$" }, (value) => {
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
const waitFormats: readonly string[] = [
  "delaySeconds",
  "delayMilliseconds",
  "epochSeconds",
  "epochMilliseconds",
  "httpDate",
  "iso8601",
  "duration",
  "delaySecondsOrHttpDate",
];
export const waitFormat: z.ZodType = scalar({ type: "string", enum: waitFormats }, (value) =>
  waitFormats.includes(value as string)
    ? undefined
    : {
        code: "P420",
        message: `${kindOf(value)} is not a known format of a wait`,
        fix: `write one of ${waitFormats.join(", ")}`,
      },
);

/** Keys are made once for a call: a new one for each attempt would make every retry a second effect. */
export const keyGenerator: z.ZodType = scalar({ type: "string", enum: ["uuid4"] }, (value) => {
  if (value === "uuid4") return undefined;
  if (typeof value === "string" && /attempt/i.test(value))
    return {
      code: "P406",
      message: "a key that differs for each attempt protects nothing",
      fix: "write `generate: uuid4`: one key for a call, the same over its attempts",
    };
  return { code: "P003", message: `${kindOf(value)} is not a way to generate keys`, fix: "write `generate: uuid4`" };
});

const hashes: readonly string[] = ["sha1", "sha256", "sha384", "sha512"];
/** Hash of a signature. That older ones can be forged is the linter's word. */
export const hash: z.ZodType = scalar({ type: "string", enum: hashes }, (value) =>
  typeof value === "string" && (hashes.includes(value) || /^md[0-9]$/i.test(value))
    ? undefined
    : { code: "P003", message: `${kindOf(value)} is not a known hash`, fix: `write one of ${hashes.join(", ")}` },
);
