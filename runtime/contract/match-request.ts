import type { CapturedRequest } from "./capture.ts";
import { type DocumentOperation, listOperations, serverUrls } from "./document.ts";

/** An operation whose method, server and path template fit a request. */
export interface OperationMatch {
  readonly operation: DocumentOperation;
  /** Path parameters as they stand in the URL, still encoded. */
  readonly path: ReadonlyMap<string, string>;
  /** Query parameters that are part of the path template. */
  readonly query: URLSearchParams;
}

interface Template {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly query: URLSearchParams;
}

/**
 * The operations of a document that a request may mean; those with the most literal path only, as OpenAPI has it.
 * `server` is tried where no server of the document fits: a policy may state another one.
 * https://spec.openapis.org/oas/v3.1.1.html#path-templating-matching
 */
export function matchRequest(root: unknown, request: CapturedRequest, server: string): OperationMatch[] {
  const operations = listOperations(root).filter((operation) => operation.method === request.method.toUpperCase());
  const found = matchUnder(operations, request, (operation) => serverUrls(root, operation));
  return found.length > 0 ? found : matchUnder(operations, request, () => [server]);
}

function matchUnder(
  operations: readonly DocumentOperation[],
  request: CapturedRequest,
  servers: (operation: DocumentOperation) => readonly string[],
): OperationMatch[] {
  const url = new URL(request.url);
  let best: OperationMatch[] = [];
  for (const operation of operations) {
    for (const base of servers(operation)) {
      const match = matchTemplate(operation, base, url);
      if (match === undefined) continue;
      const order = best[0] === undefined ? -1 : compareLiteral(operation.path, best[0].operation.path);
      if (order < 0) best = [match];
      else if (order === 0 && !best.some((other) => other.operation === operation)) best.push(match);
    }
  }
  return best;
}

function matchTemplate(operation: DocumentOperation, base: string, url: URL): OperationMatch | undefined {
  const template = compileTemplate(base, operation.path);
  const subject = base.startsWith("/") ? url.pathname : url.origin + url.pathname;
  const values = template.pattern.exec(subject);
  if (!values) return undefined;
  for (const [name, value] of template.query) if (!url.searchParams.getAll(name).includes(value)) return undefined;
  const path = new Map(template.names.map((name, index) => [name, values[index + 1] ?? ""]));
  return { operation, path, query: template.query };
}

function compileTemplate(base: string, path: string): Template {
  const [beforeFragment = ""] = path.split("#");
  const [bare = "", query = ""] = beforeFragment.split("?");
  const names: string[] = [];
  const server = base.replace(/\/+$/, "").split(/\{[^{}]*\}/);
  const source = bare
    .split(/(\{[^{}]*\})/)
    .map((piece) => {
      if (!/^\{[^{}]*\}$/.test(piece)) return escapePattern(encoded(piece));
      names.push(piece.slice(1, -1));
      return "([^/]*)";
    })
    .join("");
  // A server variable may hold several path segments, but not change where the path below it starts.
  const pattern = new RegExp(`^${server.map((piece) => escapePattern(encoded(piece))).join("[^?#]*?")}${source}$`, "i");
  return { pattern, names, query: new URLSearchParams(query) };
}

/** As it stands in a URL: characters that need it are percent-encoded, those that are already stay so. */
function encoded(text: string): string {
  return encodeURI(text).replaceAll("%25", "%");
}

/** Below 0: `a` is the more literal path template. Compared segment by segment; a literal beats a template. */
function compareLiteral(a: string, b: string): number {
  // A fragment tells operations apart in the document only.
  const [left, right] = [a, b].map((path) => path.split("#")[0]!.split("/")) as [string[], string[]];
  for (const [index, segment] of left.entries()) {
    const other = right[index] ?? "";
    const difference = templateLength(segment) - templateLength(other);
    if (difference !== 0) return difference;
  }
  return 0;
}

function templateLength(segment: string): number {
  const literal = segment.replaceAll(/\{[^{}]*\}/g, "").length;
  return segment.includes("{") ? 1_000 - Math.min(literal, 999) : 0;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
