import { fromToken, pointerTo } from "../json-pointer.ts";
/** Parsed JSON or YAML that may still be changed, and paths through it. Foreign keys are only read as own properties. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonMap;
export interface JsonMap {
  [key: string]: JsonValue;
}

/** A path from the root, as a list that shares its ancestors; turned into text only when somebody asks. */
export interface Path {
  readonly parent: Path | undefined;
  readonly token: string;
}

export function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The own property `key`, or undefined: `constructor` and `__proto__` are names like any other. */
export function own(map: JsonMap, key: string): JsonValue | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Own property as a map; undefined when it is absent or something else. */
export function ownMap(map: JsonMap, key: string): JsonMap | undefined {
  const value = own(map, key);
  return isMap(value) ? value : undefined;
}

/** Own property as a string; undefined when it is absent or something else. */
export function ownString(map: JsonMap, key: string): string | undefined {
  const value = own(map, key);
  return typeof value === "string" ? value : undefined;
}

/** Sets an own property also when it is called `__proto__`. */
export function setOwn(map: JsonMap, key: string, value: JsonValue): void {
  if (key === "__proto__") {
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  } else map[key] = value;
}

export function child(parent: Path | undefined, token: string | number): Path {
  return { parent, token: String(token) };
}

export function tokensOf(path: Path | undefined): string[] {
  const tokens: string[] = [];
  for (let at = path; at; at = at.parent) tokens.push(at.token);
  return tokens.reverse();
}

export function pathOf(tokens: readonly string[]): Path | undefined {
  let path: Path | undefined;
  for (const token of tokens) path = { parent: path, token };
  return path;
}

/** [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901) text of a list of tokens; the empty list is the whole document. */
export function toPointer(tokens: readonly string[]): string {
  return pointerTo("", ...tokens);
}

/** Tokens of a JSON Pointer without its `#`. A pointer that does not start with `/` has no tokens. */
export function fromPointer(pointer: string): string[] {
  if (!pointer.startsWith("/")) return [];
  return pointer.slice(1).split("/").map(fromToken);
}

export function pointerOf(path: Path | undefined): string {
  return toPointer(tokensOf(path));
}
