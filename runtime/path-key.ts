export interface PathKey {
  /** The template below the server, with its leading slash. */
  readonly path: string;
  /** Encoded, without `?`; empty when the key has none. */
  readonly query: string;
}

/**
 * The parts of a key under `paths`. Documents tell operations of one path apart by a fragment, which is never sent
 * (`/token#refresh`), or by a query, which is (`/responses?beta=true`); neither is a character of the path.
 */
export function pathKey(key: string): PathKey {
  const [, path = "", query = ""] = /^((?:\{[^{}]*\}|[^?#])*)(?:\?([^#]*))?/s.exec(key) ?? [];
  return {
    path: path.startsWith("/") ? path : `/${path}`,
    query: encodeURI(query).replaceAll("%25", "%"),
  };
}
