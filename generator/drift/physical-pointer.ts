import { fromToken } from "../json-pointer.ts";
import type { JsonObject } from "../model.ts";

const SCHEMAS = "#/components/schemas/";

/**
 * Where a place of the normalised document stands in the bundled one: references on the way are followed, so that what
 * operations share has one place. The end of a pointer that leads nowhere is kept.
 */
export function physicalPointer(root: JsonObject, pointer: string): string {
  let at: unknown = root;
  let path = "";
  const tokens = pointer.split("/").slice(1);
  for (const [index, part] of tokens.entries()) {
    const key = fromToken(part);
    // A reference with siblings became `allOf: [reference, siblings]`.
    const reference = referenceOf(at);
    const before = index > 0 ? tokens[index - 1] : undefined;
    if (reference !== undefined && !hasOwn(at, key) && part !== "allOf") {
      const followed = follow(root, reference);
      if (followed) [at, path] = followed;
    } else if (reference !== undefined && part === "allOf") continue;
    else if (before === "allOf" && !Array.isArray(at)) {
      const followed = key === "0" && reference !== undefined ? follow(root, reference) : undefined;
      if (followed) [at, path] = followed;
      continue;
    }
    at = hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
    path += `/${part}`;
  }
  // A shared response or header is one place; a named schema is not its use.
  const reference = referenceOf(at);
  const end =
    reference?.startsWith("#/components/") && !reference.startsWith(SCHEMAS) ? follow(root, reference) : undefined;
  return end && !end[1].startsWith(SCHEMAS.slice(1)) ? end[1] : path;
}

function hasOwn(value: unknown, key: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}

function referenceOf(value: unknown): string | undefined {
  const reference = hasOwn(value, "$ref") ? (value as Record<string, unknown>)["$ref"] : undefined;
  return typeof reference === "string" ? reference : undefined;
}

/** The end of a chain of references. */
function follow(root: JsonObject, reference: string): [value: unknown, path: string] | undefined {
  let next: string | undefined = reference;
  let found: [unknown, string] | undefined;
  for (let hops = 0; next?.startsWith("#/") && hops < 100; hops++) {
    const path: string = next.slice(1);
    let at: unknown = root;
    for (const part of path.split("/").slice(1)) {
      const key = fromToken(part);
      at = hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
    }
    found = [at, path];
    next = referenceOf(at);
  }
  return found;
}
