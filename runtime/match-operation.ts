import type { OperationDescriptor } from "./descriptor.ts";

const patterns = new WeakMap<OperationDescriptor, RegExp>();

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
  return pattern.test(new URL(request.url).pathname);
}

function pathPattern(operation: OperationDescriptor): RegExp {
  const servers =
    operation.server === undefined ? operation.connector.servers.map(({ url }) => url) : [operation.server];
  const prefixes = new Set(servers.map((url) => prefix(url)));
  if (prefixes.size === 0) prefixes.add("");
  const constants = operation.policy.path ?? {};
  const template = operation.path.startsWith("/") ? operation.path : `/${operation.path}`;
  const path = fill(template, (name) => {
    if (Object.hasOwn(constants, name)) return literal(constants[name]!);
    const open = operation.parameters?.some(
      (parameter) => parameter.in === "path" && parameter.name === name && parameter.allowReserved,
    );
    return open ? ".+" : "[^/]+";
  });
  return new RegExp(`^(?:${[...prefixes].join("|")})${path}$`);
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
