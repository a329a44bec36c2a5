/** One request with its response, as a recording tells of it. Everything in it is foreign. */

export interface Exchange {
  /** In upper case. */
  readonly method: string;
  readonly url: URL;
  readonly request: Message;
  readonly response: Message & { readonly status: number };
}

export interface Message {
  /** By lower-cased name; of several the last. */
  readonly headers: ReadonlyMap<string, string>;
  /** Parsed, where it is JSON that was recorded whole. */
  readonly body?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const own = (value: unknown, key: string): unknown =>
  Object.hasOwn(fields(value), key) ? fields(value)[key] : undefined;

/**
 * An entry of an [HAR 1.2](http://www.softwareishard.com/blog/har-12-spec/) log, or our own form: `{ request: { method, url,
 * headers, body }, response: { status, headers, body } }`. Undefined for anything else.
 */
export function toExchange(entry: unknown): Exchange | undefined {
  const [request, response] = [own(entry, "request"), own(entry, "response")];
  const [method, url, status] = [own(request, "method"), own(request, "url"), Number(own(response, "status"))];
  if (typeof method !== "string" || typeof url !== "string" || !/^https?:/i.test(url) || !URL.canParse(url))
    return undefined;
  // A browser writes 0 for an answer that never came.
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  return {
    method: method.toUpperCase(),
    url: new URL(url),
    request: toMessage(request, own(request, "postData")),
    response: { ...toMessage(response, own(response, "content")), status },
  };
}

function toMessage(message: unknown, content: unknown): Message {
  const headers = new Map<string, string>();
  const told = own(message, "headers");
  const pairs = Array.isArray(told)
    ? told.map((one) => [own(one, "name"), own(one, "value")])
    : Object.entries(fields(told));
  for (const [name, value] of pairs)
    if (typeof name === "string" && typeof value === "string") headers.set(name.toLowerCase(), value);
  const type = own(content, "mimeType") ?? headers.get("content-type");
  const text = own(content, "text") ?? own(message, "body");
  if (typeof text !== "string") return text === undefined ? { headers } : { headers, body: text };
  if (!/\bjson\b/i.test(String(type))) return { headers };
  const plain = own(content, "encoding") === "base64" ? Buffer.from(text, "base64").toString("utf8") : text;
  try {
    return plain === "" ? { headers } : { headers, body: JSON.parse(plain) as unknown };
  } catch {
    // Cut off by the recorder: nothing is said of it.
    return { headers };
  }
}
