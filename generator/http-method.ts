/** In lower case; sent in upper case. Beside those that OpenAPI names, any that `fetch` can send. */
export type HttpMethod =
  | "get"
  | "put"
  | "post"
  | "delete"
  | "options"
  | "head"
  | "patch"
  | "trace"
  | "query"
  | (string & {});
