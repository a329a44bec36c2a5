/** For mocks: answers as a provider would send them, of the values that the program sees. */
import type { CoerceNode, CoerceShapes, Conversion } from "./coercion.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { ownData } from "./own-options.ts";
import { forStatus } from "./response.ts";
import { membersOf, shapesFor } from "./value-shape.ts";

/** The JSON answer of an operation with this data; the digits of a `bigint` and of a coerced string are sent as they are. */
export function coercedResponse(operation: OperationDescriptor, data: unknown, init: ResponseInit): Response {
  const { coerce, connector } = ownData(operation);
  const nodes = (coerce && forStatus(coerce, init.status ?? 200)) ?? [];
  const headers = new Headers(init.headers);
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  return new Response(write(data, nodes, connector.coerce?.shapes ?? {}), { ...init, headers });
}

/** The JSON text of one item of a stream. */
export function coercedText(operation: OperationDescriptor): (item: unknown) => string {
  const { coerce, connector } = ownData(operation);
  return (item) => write(item, coerce?.["items"] ?? [], connector.coerce?.shapes ?? {});
}

function write(value: unknown, nodes: readonly CoerceNode[], named: CoerceShapes): string {
  if (nodes.length === 0 || value === null || value === undefined) return JSON.stringify(value) ?? "null";
  const shapes = shapesFor(value, nodes, named);
  const conversion = shapes.find((shape) => shape.is !== undefined)?.is;
  if (conversion !== undefined) return token(conversion, value);
  if (typeof value !== "object") return JSON.stringify(value) ?? "null";
  const below = new Map(membersOf(value, shapes));
  if (Array.isArray(value))
    return `[${value.map((item, index) => write(item, below.get(index) ?? [], named)).join(",")}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}:${write(member, below.get(key) ?? [], named)}`);
  return `{${members.join(",")}}`;
}

/** A value that is already as the wire has it stays so. */
function token({ from, text }: Conversion, value: unknown): string {
  if (value instanceof Date && from === "iso8601") return JSON.stringify(value.toISOString());
  const digits = value instanceof Date ? String(value.getTime() / (from === "epochSeconds" ? 1000 : 1)) : String(value);
  const isNumber = from !== "iso8601" && text !== true && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(digits);
  return isNumber ? digits : JSON.stringify(digits);
}
