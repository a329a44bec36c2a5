/** A schema as a zod expression on the untyped builder `u`; the file's `uses` notes which parts of zod it needs. */
import type { Json, NamedType, Schema } from "../model.ts";
import { closed } from "./discriminators.ts";
import { safePattern } from "./patterns.ts";
import { type Code, code, join, list, lit, num, propertyKey, propertyName, symbol } from "./printer.ts";
import { isNever, isOpenEnum, isTypeless, jsonTypes, ownProperty, refTarget } from "./schema-shape.ts";

/** What `untyped.ts` must offer: names of zod's exports, and of its own checks. */
export interface Uses {
  readonly zod: Set<string>;
  readonly checks: Set<Check>;
}

export type Check = "hasPattern" | "hasAtMost" | "isPresent" | "isBlob" | "isBytes";

export interface ValidatorContext {
  readonly direction: NamedType["direction"];
  readonly uses: Uses;
  /** The validator of a named type, as it is reached from the file at hand. */
  readonly named: (name: string) => Code;
}

const maxDepth = 200;
const untyped = "./untyped.ts";

/** `u.name(…)`. */
export function builder(name: string, uses: Uses, values: readonly Code[] = []): Code {
  uses.zod.add(name);
  return code`${symbol({ name: "u", from: untyped, type: false })}.${propertyName(name)}${list("()", values)}`;
}

function check(name: Check, uses: Uses): Code {
  uses.checks.add(name);
  return symbol({ name, from: untyped, type: false });
}

/** The validator expression of a schema. */
export function validator(schema: Schema, context: ValidatorContext, depth = 0): Code {
  if (depth > maxDepth) throw new RangeError("internal error: a schema is nested too deeply");
  const { uses } = context;
  if (schema.unchecked) return builder("unknown", uses);
  if (schema.coerced !== undefined) {
    const value = builder(schema.coerced.to.toLowerCase(), uses);
    return schema.coerced.nullable ? code`${value}.nullable()` : value;
  }
  const target = refTarget(schema);
  if (target !== undefined) return context.named(target);
  if (isNever(schema)) return builder("never", uses);
  if (schema.const !== undefined) return values([schema.const], uses);
  if (schema.enum !== undefined && schema.enum.length > 0) return enumeration(schema, context);

  const types = jsonTypes(schema);
  if (types.includes("null") && types.length > 1) {
    const rest: Schema = { ...schema, type: types.filter((type) => type !== "null") };
    return code`${validator(rest, context, depth + 1)}.nullable()`;
  }
  const parts: Code[] = [];
  const typed = types.map((type) => core(schema, type, context, depth));
  const [only] = typed;
  if (only !== undefined) parts.push(typed.length === 1 ? only : builder("union", uses, [list("[]", typed)]));
  else if (schema.required?.length) parts.push(objectOf({ required: schema.required }, context, depth));
  for (const part of distinct(schema.allOf ?? [])) {
    if (!isTypeless(part) || part.required?.length) parts.push(validator(part, context, depth + 1));
  }
  for (const union of [schema.anyOf, schema.oneOf]) {
    if (union !== undefined && union.length > 0) parts.push(alternatives(union, context, depth));
  }
  const [first, ...rest] = parts;
  if (first === undefined) return builder("unknown", uses);
  return rest.reduce((left, right) => builder("intersection", uses, [left, right]), first);
}

function alternatives(union: readonly Schema[], context: ValidatorContext, depth: number): Code {
  const isNull = (part: Schema): boolean => part.type === "null" || (part.const === null && "const" in part);
  const rest = distinct(union.filter((part) => !isNull(part))).map((part) => validator(part, context, depth + 1));
  const [only] = rest;
  if (only === undefined) return builder("null", context.uses);
  const joined = rest.length === 1 ? only : builder("union", context.uses, [list("[]", rest)]);
  return union.some(isNull) ? code`${joined}.nullable()` : joined;
}

/** Parts without those that refer to the same type again: asking it twice says nothing new. */
function distinct(parts: readonly Schema[]): Schema[] {
  const known = new Set<string>();
  return parts.filter((part) => {
    const target = refTarget(part);
    if (target === undefined) return true;
    const isNew = !known.has(target);
    known.add(target);
    return isNew;
  });
}

function isPrimitive(value: Json): value is string | number | boolean | null {
  return value === null || typeof value !== "object";
}

function values(all: readonly Json[], uses: Uses): Code {
  const primitives = all.filter(isPrimitive);
  // Objects and lists as constants are compared by nobody; any value of theirs passes.
  if (primitives.length < all.length || primitives.length === 0) return builder("unknown", uses);
  const codes = primitives.map((value) => lit(value));
  const [only] = codes;
  return builder("literal", uses, only !== undefined && codes.length === 1 ? [only] : [list("[]", codes)]);
}

function enumeration(schema: Schema, context: ValidatorContext): Code {
  const all = [...new Set(schema.enum)];
  if ([schema.type].flat().includes("null") && !all.includes(null)) all.push(null);
  if (!isOpenEnum(schema, context.direction) || closed in schema) return values(all, context.uses);
  const others = all.filter((value) => typeof value !== "string");
  const open = builder("string", context.uses);
  if (others.length === 0) return open;
  return others.every((value) => value === null)
    ? code`${open}.nullable()`
    : builder("union", context.uses, [list("[]", [open, values(others, context.uses)])]);
}

function core(schema: Schema, type: string, context: ValidatorContext, depth: number): Code {
  const { uses, direction } = context;
  const strict = direction === "request";
  switch (type) {
    case "object":
      return objectOf(schema, context, depth);
    case "array":
      return arrayOf(schema, context, depth);
    case "string":
      if (schema.format === "binary") return builder("custom", uses, [check(strict ? "isBlob" : "isBytes", uses)]);
      return strict ? code`${builder("string", uses)}${stringChecks(schema, uses)}` : builder("string", uses);
    case "integer":
      return strict ? code`${builder("int", uses)}${numberChecks(schema)}` : builder("int", uses);
    case "number":
      return strict ? code`${builder("number", uses)}${numberChecks(schema)}` : builder("number", uses);
    case "boolean":
      return builder("boolean", uses);
    default:
      return builder("null", uses);
  }
}

function isCount(value: number | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** JSON Schema counts characters, JavaScript UTF-16 units: the upper bound is counted, the lower is close enough. */
function stringChecks(schema: Schema, uses: Uses): Code {
  const checks: Code[] = [];
  if (isCount(schema.minLength) && schema.minLength > 0) checks.push(code`.min(${num(schema.minLength)})`);
  if (isCount(schema.maxLength)) {
    const message = lit(`must have at most ${schema.maxLength} characters`);
    checks.push(code`.refine(${check("hasAtMost", uses)}(${num(schema.maxLength)}), ${message})`);
  }
  const safe = schema.pattern === undefined ? undefined : safePattern(schema.pattern);
  if (schema.pattern !== undefined && safe !== undefined) {
    const test = list("()", [lit(schema.pattern), lit(safe.flags)]);
    checks.push(code`.refine(${check("hasPattern", uses)}${test}, ${lit(`must match ${schema.pattern}`)})`);
  }
  return join(checks, "");
}

function numberChecks(schema: Schema): Code {
  const limits = [
    ["min", schema.minimum],
    ["max", schema.maximum],
    ["gt", schema.exclusiveMinimum],
    ["lt", schema.exclusiveMaximum],
    ["multipleOf", schema.multipleOf],
  ] as const;
  const checks = limits.flatMap(([name, value]) => {
    if (typeof value !== "number" || !Number.isFinite(value) || (name === "multipleOf" && value <= 0)) return [];
    return [code`.${propertyName(name)}(${num(value)})`];
  });
  return join(checks, "");
}

function arrayOf(schema: Schema, context: ValidatorContext, depth: number): Code {
  const { uses, direction } = context;
  const rest = validator(schema.items ?? {}, context, depth + 1);
  const prefix = (schema.prefixItems ?? []).map((item) => validator(item, context, depth + 1));
  if (prefix.length > 0) return builder("tuple", uses, [list("[]", prefix), rest]);
  const checks: Code[] = [];
  if (direction === "request") {
    if (isCount(schema.minItems) && schema.minItems > 0) checks.push(code`.min(${num(schema.minItems)})`);
    if (isCount(schema.maxItems)) checks.push(code`.max(${num(schema.maxItems)})`);
  }
  return code`${builder("array", uses, [rest])}${join(checks, "")}`;
}

// zod would take what every object inherits for a value of such a property; they pass unchecked.
const inherited = new Set(
  (
    "constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf __proto__ " +
    "__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__"
  ).split(" "),
);

/** Unknown properties always pass: providers add fields without notice. */
function objectOf(schema: Schema, context: ValidatorContext, depth: number): Code {
  const { uses } = context;
  const required = new Set(schema.required);
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    if (inherited.has(name)) return [];
    const value = validator(property, context, depth + 1);
    if (!required.has(name)) return [code`${propertyKey(name)}: ${value}.optional()`];
    return [code`${propertyKey(name)}: ${isAnything(property) ? present(value, uses) : value}`];
  });
  for (const name of required) {
    if (ownProperty(schema.properties, name) === undefined && !inherited.has(name)) {
      members.push(code`${propertyKey(name)}: ${present(builder("unknown", uses), uses)}`);
    }
  }
  const object = builder("looseObject", uses, [list("{}", members)]);
  const { additionalProperties: extra } = schema;
  if (typeof extra !== "object" || isAnything(extra) || schema.patternProperties !== undefined) return object;
  return code`${object}.catchall(${validator(extra, context, depth + 1)})`;
}

function isAnything(schema: Schema): boolean {
  return isTypeless(schema) && !schema.required?.length;
}

function present(value: Code, uses: Uses): Code {
  return code`${value}.refine(${check("isPresent", uses)}, ${lit("is required")})`;
}
