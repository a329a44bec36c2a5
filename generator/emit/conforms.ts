/** Whether a value is valid under a schema: documents' own examples often are not. @see JSON Schema 2020-12, Validation */
import type { Json, Schema } from "../model.ts";
import { hasFormat } from "./formats.ts";
import { safePattern } from "./patterns.ts";
import { ownProperty, refTarget, type Types } from "./schema-shape.ts";

const maxDepth = 120;

type JsonRecord = Readonly<Record<string, Json>>;

function isRecord(value: Json): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function equal(a: Json | undefined, b: Json): boolean {
  return a === b || (typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b));
}

/** A sample of binary data, as it stands in `contract.json`. */
export function isBinary(value: Json): boolean {
  return isRecord(value) && typeof ownProperty(value, "$blob") === "string";
}

/** Doubt counts as no: an unsafe pattern, or nesting beyond a bound. */
export function conforms(schema: Schema, value: Json, types: Types): boolean {
  return check(schema, value, { types, known: new Map() }, 0);
}

interface Judge {
  readonly types: Types;
  /** Answers by named schema: without them, schemas that each refer twice to the next take exponential time. */
  readonly known: Map<string, Map<Json, boolean>>;
}

function checkNamed(target: string, value: Json, judge: Judge, depth: number): boolean {
  const named = judge.types.get(target);
  if (named === undefined) return true;
  const answers = judge.known.get(target) ?? new Map<Json, boolean>();
  judge.known.set(target, answers);
  let answer = answers.get(value);
  if (answer === undefined) {
    answer = check(named.schema, value, judge, depth + 1);
    answers.set(value, answer);
  }
  return answer;
}

function check(schema: Schema, value: Json, judge: Judge, depth: number): boolean {
  if (depth > maxDepth) return false;
  const target = refTarget(schema);
  if (target !== undefined) return checkNamed(target, value, judge, depth);
  if (isBinary(value)) return schema.type === undefined || schema.format === "binary";
  const count = (parts: readonly Schema[]): number =>
    parts.filter((part) => check(part, value, judge, depth + 1)).length;
  if (schema.const !== undefined && !equal(schema.const, value)) return false;
  if (
    schema.enum &&
    !schema.enum.some((one) => equal(one, value)) &&
    !(value === null && [schema.type].flat().includes("null"))
  )
    return false;
  if (schema.type !== undefined && !hasType([schema.type].flat(), value)) return false;
  if (schema.allOf && count(schema.allOf) < schema.allOf.length) return false;
  if (schema.anyOf?.length && count(schema.anyOf) === 0) return false;
  if (schema.oneOf?.length && count(schema.oneOf) !== 1) return false;
  if (schema.not && count([schema.not]) > 0) return false;
  if (typeof value === "string") return fitsText(schema, value);
  if (typeof value === "number") return fitsNumber(schema, value);
  if (Array.isArray(value)) return fitsArray(schema, value, judge, depth);
  return !isRecord(value) || fitsObject(schema, value, judge, depth);
}

function hasType(types: readonly string[], value: Json): boolean {
  const type = typeOf(value);
  return types.some((one) => one === type || (one === "integer" && Number.isSafeInteger(value)));
}

function fitsText(schema: Schema, text: string): boolean {
  const length = [...text].length;
  if (length < (schema.minLength ?? 0) || length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) return false;
  if (schema.pattern !== undefined) {
    const safe = safePattern(schema.pattern);
    if (safe === undefined || text.length > 2048 || !new RegExp(schema.pattern, safe.flags).test(text)) return false;
  }
  return hasFormat(schema.format, text);
}

function fitsNumber(schema: Schema, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && value < minimum) return false;
  if (maximum !== undefined && value > maximum) return false;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return false;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return false;
  if (schema.format === "int32" && Math.abs(value) > 0x7fffffff) return false;
  return multipleOf === undefined || multipleOf <= 0 || Number.isInteger(value / multipleOf);
}

function fitsArray(schema: Schema, items: readonly Json[], judge: Judge, depth: number): boolean {
  if (items.length < (schema.minItems ?? 0) || items.length > (schema.maxItems ?? Number.POSITIVE_INFINITY))
    return false;
  if (schema.uniqueItems && new Set(items.map((item) => JSON.stringify(item))).size < items.length) return false;
  return items.every((item, i) => {
    const part = schema.prefixItems?.[i] ?? schema.items;
    return part === undefined || check(part, item, judge, depth + 1);
  });
}

function fitsObject(schema: Schema, value: JsonRecord, judge: Judge, depth: number): boolean {
  const keys = Object.keys(value);
  if (keys.length < (schema.minProperties ?? 0) || keys.length > (schema.maxProperties ?? Number.POSITIVE_INFINITY))
    return false;
  if (schema.required?.some((name) => !Object.hasOwn(value, name))) return false;
  return keys.every((key) => {
    const member = ownProperty(value, key);
    const property = ownProperty(schema.properties, key);
    if (member === undefined) return true;
    if (property !== undefined) return check(property, member, judge, depth + 1);
    if (
      schema.patternProperties !== undefined ||
      schema.additionalProperties === undefined ||
      schema.additionalProperties === true
    )
      return true;
    return schema.additionalProperties !== false && check(schema.additionalProperties, member, judge, depth + 1);
  });
}
