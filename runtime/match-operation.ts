import type { OperationDescriptor } from "./descriptor.ts";
import { ownData } from "./own-options.ts";
import { pathKey } from "./path-key.ts";

interface Pattern {
  readonly path: RegExp;
  readonly query: readonly (readonly [name: string, value: string])[];
}

const patterns = new WeakMap<OperationDescriptor, Pattern>();

/**
 * Whether a request is one of this operation: same method, and a path that fits its template below the path of one of
 * the servers. The host is not looked at. Where a literal path and a template both fit, ask for the literal one first.
 */
export function matchOperation(operation: OperationDescriptor, request: Request): boolean {
  if (request.method !== operation.method) return false;
  let pattern = patterns.get(operation);
  if (pattern === undefined) {
    pattern = pathPattern(operation);
    patterns.set(operation, pattern);
  }
  const { pathname, searchParams } = new URL(request.url);
  return pattern.path.test(pathname) && pattern.query.every(([name, value]) => searchParams.has(name, value));
}

function pathPattern(given: OperationDescriptor): Pattern {
  const operation = ownData(given);
  const servers =
    operation.server === undefined ? operation.connector.servers.map(({ url }) => url) : [operation.server];
  const prefixes = new Set(servers.map((url) => prefix(url)));
  if (prefixes.size === 0) prefixes.add("");
  const constants = operation.policy.path ?? {};
  const key = pathKey(operation.path);
  const path = fill(key.path, (name) => (Object.hasOwn(constants, name) ? literal(constants[name]!) : "[^/]+"));
  return {
    path: new RegExp(`^(?:${[...prefixes].join("|")})${path}$`),
    query: [...new URLSearchParams(key.query)],
  };
}

function prefix(server: string): string {
  const path = server
    .replace(/^[^/]*:?\/\/[^/]*/, "")
    .replace(/[?#].*$/, "")
    .replace(/\/+$/, "");
  return fill(path.startsWith("{") ? "" : path, () => ".+");
}

function fill(template: string, variable: (name: string) => string): string {
  return template
    .split(/\{([^{}]*)\}/)
    .map((piece, index) => (index % 2 === 0 ? literal(piece) : variable(piece)))
    .join("");
}

function literal(text: string): string {
  return encodeURI(text)
    .replaceAll("%25", "%")
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
