/** From what `fetch` is given to what a dispatcher takes. */
import { ownOptions } from "../own-options.ts";
import { acceptEncoding } from "./decoder.ts";

/** What a client gives to its `fetch`, and what else undici's takes. */
export interface SentInit extends RequestInit {
  readonly connectTimeout?: number;
  readonly dispatcher?: unknown;
}

export interface DispatchOptions {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Undefined for what takes a whole `fetch`. Throws a TypeError for a URL or a header that is none. */
export function dispatchOptions(input: unknown, init: SentInit): DispatchOptions | undefined {
  const { method = "GET", body = null } = init;
  if (init.redirect !== "manual" || init.integrity || init.dispatcher !== undefined) return undefined;
  if (typeof input !== "string" && !(input instanceof URL)) return undefined;
  // `fetch` says what is wrong with a GET that has a body, and with a URL that holds a password.
  if (!methods.has(method) || (body !== null && (method === "GET" || method === "HEAD"))) return undefined;
  const { href, origin, protocol, username, password } = new URL(input);
  if ((protocol !== "https:" && protocol !== "http:") || username !== "" || password !== "") return undefined;
  const [path] = href.slice(origin.length).split("#", 1);
  const text = body instanceof URLSearchParams ? body.toString() : body;
  return ownOptions({ origin, path: path!, method, headers: headersOf(init.headers, body), body: text });
}

/** With what `fetch` adds to them. */
function headersOf(given: RequestInit["headers"], body: BodyInit | null): Record<string, string> {
  const headers = ownOptions<Record<string, string>>({ accept: "*/*", "user-agent": "undici" });
  const type = contentType(body);
  if (type !== "") headers["content-type"] = type;
  for (const [name, value] of given instanceof Headers ? given : new Headers(given)) headers[name] = value;
  // Parts of a compressed answer cannot be decompressed.
  headers["accept-encoding"] ??= headers["range"] === undefined ? acceptEncoding : "identity";
  delete headers["host"];
  return headers;
}

function contentType(body: BodyInit | null): string {
  if (typeof body === "string") return "text/plain;charset=UTF-8";
  if (body instanceof URLSearchParams) return "application/x-www-form-urlencoded;charset=UTF-8";
  return body instanceof Blob ? body.type : "";
}
