/** Declared response headers as values: read when they are looked at. */
import type { HeaderShape } from "./descriptor.ts";

export type HeaderReader = (headers: Headers, shapes: Readonly<Record<string, HeaderShape>>) => object;

/**
 * The declared headers by lower-cased name. One that is absent, or whose text is not of the declared type, is
 * undefined: servers, proxies and CORS leave headers out whatever the document says.
 */
export const typedHeaders: HeaderReader = (headers, shapes) => {
  const values: object = Object.create(null);
  for (const [name, shape] of Object.entries(shapes)) {
    Object.defineProperty(values, name, { enumerable: true, get: () => readHeader(headers.get(name), shape) });
  }
  return values;
};

function readHeader(text: string | null, shape: HeaderShape): unknown {
  if (text === null) return undefined;
  if (typeof shape === "string") return readText(text.trim(), shape);
  if (text.trim() === "") return [];
  const items = text.split(",").map((item) => readText(item.trim(), shape[0]));
  return items.includes(undefined) ? undefined : items;
}

function readText(text: string, shape: Exclude<HeaderShape, readonly unknown[]>): unknown {
  switch (shape) {
    case "string":
      return text;
    case "number":
      return /^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text) && isExact(text) ? Number(text) : undefined;
    case "boolean":
      return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === "true" : undefined;
    case "json":
      try {
        return JSON.parse(text);
      } catch {
        return undefined;
      }
  }
}

// An integer that a double would round is not given as a wrong number.
function isExact(text: string): boolean {
  return !/^[-+]?\d+$/.test(text) || Number.isSafeInteger(Number(text));
}
