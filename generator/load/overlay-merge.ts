import { isMap, type JsonMap, type JsonValue, own, setOwn, toPointer } from "./json-tree.ts";
import { copy } from "./limits.ts";
import type { Origin, OverlayOrigins } from "./overlay-origins.ts";

export type Shape = "object" | "list" | "value";

export function shapeOf(value: JsonValue): Shape {
  return Array.isArray(value) ? "list" : isMap(value) ? "object" : "value";
}

/** Two values that cannot be merged. */
export interface Clash {
  /** Where the value stands that does not fit. */
  readonly origin: Origin;
  readonly message: string;
}

export interface MergeContext {
  readonly origins: OverlayOrigins;
  /** Values that may still be added. */
  readonly budget: { nodes: number };
}

/** More values than a document may have. */
export class TooLarge extends Error {}

/**
 * Merges a value into the object, list or plain value at `tokens`: objects member by member, lists by concatenation, a
 * plain value by replacement. [Overlay 1.1, Action Object](https://spec.openapis.org/overlay/v1.1.0.html#action-object)
 */
export function mergeAt(
  holder: JsonMap | JsonValue[],
  tokens: readonly string[],
  value: JsonValue,
  from: Origin,
  context: MergeContext,
): Clash | undefined {
  const key = tokens.at(-1) as string;
  const held = (holder as JsonMap)[key] as JsonValue;
  if (Array.isArray(held)) {
    append(held, tokens, value, from, context);
    return undefined;
  }
  if (isMap(held) && isMap(value)) return mergeObjects(held, tokens, value, from, context);
  if (isMap(held) || typeof (value ?? 0) === "object") return clash(held, tokens, value, from);
  put(holder, tokens, value, from, context);
  return undefined;
}

export function mergeObjects(
  target: JsonMap,
  tokens: readonly string[],
  update: JsonMap,
  from: Origin,
  context: MergeContext,
): Clash | undefined {
  for (const key of Object.keys(update)) {
    const value = update[key] as JsonValue;
    const at = [...tokens, key];
    const origin = { source: from.source, tokens: [...from.tokens, key] };
    const held = own(target, key);
    let found: Clash | undefined;
    if (held === undefined) put(target, at, value, origin, context);
    else if (shapeOf(held) !== shapeOf(value)) found = clash(held, at, value, origin);
    else found = mergeAt(target, at, value, origin, context);
    if (found) return found;
  }
  return undefined;
}

/** Adds the items of a list, or one other value, at the end of a list. */
function append(
  list: JsonValue[],
  tokens: readonly string[],
  value: JsonValue,
  from: Origin,
  context: MergeContext,
): void {
  const start = list.length;
  const items = Array.isArray(value) ? value : [value];
  for (const item of items) list.push(copied(item, context));
  const origins = Array.isArray(value)
    ? items.map((_, index) => ({ source: from.source, tokens: [...from.tokens, String(index)] }))
    : [from];
  context.origins.append(tokens, start, origins);
}

function put(
  holder: JsonMap | JsonValue[],
  tokens: readonly string[],
  value: JsonValue,
  origin: Origin,
  context: MergeContext,
): void {
  const key = tokens.at(-1) as string;
  const given = copied(value, context);
  if (Array.isArray(holder)) holder[Number(key)] = given;
  else setOwn(holder, key, given);
  context.origins.put(tokens, origin);
}

function copied(value: JsonValue, { budget }: MergeContext): JsonValue {
  const result = copy(value, budget);
  if (result === undefined) throw new TooLarge();
  return result;
}

const WORDS: Readonly<Record<Shape, string>> = { object: "an object", list: "a list", value: "a plain value" };

function clash(held: JsonValue, tokens: readonly string[], value: JsonValue, origin: Origin): Clash {
  const message = `${WORDS[shapeOf(value)]} cannot be merged into ${WORDS[shapeOf(held)]}, which #${toPointer(tokens)} is`;
  return { origin, message };
}
