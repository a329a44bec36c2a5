import type { OperationDescriptor } from "./descriptor.ts";
import { ownData } from "./own-options.ts";

interface Pattern {
  readonly path: RegExp;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** By segment, 0 for a literal one; more where less of the segment is literal. */
  readonly openness: readonly number[];
}

const patterns = new WeakMap<OperationDescriptor, Pattern>();

/**
 * Whether a request is one of this operation: same method, the operation's constant query parameters, and a path that fits
 * its template below the path of one of the servers; the host is not looked at. A request that fits one of `others` better
 * is not: a literal segment comes before a template, then more constants come before fewer. What the document tells
 * apart by a fragment only fits equally well.
 */
export function matchOperation(
  operation: OperationDescriptor,
  request: Request,
  others: readonly OperationDescriptor[] = [],
): boolean {
  if (request.method !== operation.method) return false;
  const url = new URL(request.url);
  if (!fits(operation, url)) return false;
  return !others.some(
    (other) => other.method === operation.method && isMoreSpecific(other, operation) && fits(other, url),
  );
}

function fits(operation: OperationDescriptor, { pathname, searchParams }: URL): boolean {
  const { path, query } = patternOf(operation);
  return path.test(pathname) && query.every(([name, value]) => searchParams.has(name, value));
}

function isMoreSpecific(one: OperationDescriptor, other: OperationDescriptor): boolean {
  const [a, b] = [patternOf(one), patternOf(other)];
  for (const [index, openness] of a.openness.entries()) {
    const difference = openness - (b.openness[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return a.query.length > b.query.length;
}

function patternOf(operation: OperationDescriptor): Pattern {
  let pattern = patterns.get(operation);
  if (pattern === undefined) {
    pattern = compilePattern(operation);
    patterns.set(operation, pattern);
  }
  return pattern;
}

function compilePattern(given: OperationDescriptor): Pattern {
  const operation = ownData(given);
  const servers =
    operation.server === undefined ? operation.connector.servers.map(({ url }) => url) : [operation.server];
  const prefixes = new Set(servers.map((url) => prefix(url)));
  if (prefixes.size === 0) prefixes.add("");
  const constants = operation.policy.path ?? {};
  const path = fill(operation.path, (name) => (Object.hasOwn(constants, name) ? literal(constants[name]!) : "[^/]+"));
  return {
    path: new RegExp(`^(?:${[...prefixes].join("|")})${path}$`),
    query: Object.entries(operation.policy.query ?? {}),
    openness: operation.path.split("/").map((segment) => opennessOf(segment, constants)),
  };
}

function opennessOf(segment: string, constants: Readonly<Record<string, string>>): number {
  const names = [...segment.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? "");
  if (names.every((name) => Object.hasOwn(constants, name))) return 0;
  const literals = segment.replace(/\{[^{}]*\}/g, "").length;
  return 1 / (1 + literals);
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
