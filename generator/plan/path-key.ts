export interface PathKey {
  /** The template below the server. */
  readonly path: string;
  /** Constants of the query, if there are any. */
  readonly query?: Readonly<Record<string, string>>;
}

/**
 * The parts of a key under `paths`. Documents tell operations of one path apart by a fragment, which is never sent
 * (`/token#refresh`), or by a query, which is (`/responses?beta=true`); neither is a character of the path.
 */
export function pathKey(key: string): PathKey {
  const [, path = "", query = ""] = /^((?:\{[^{}]*\}|[^?#])*)(?:\?([^#]*))?/s.exec(key) ?? [];
  return { path, ...(query !== "" && { query: Object.fromEntries(new URLSearchParams(query)) }) };
}
