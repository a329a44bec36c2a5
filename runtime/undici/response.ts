/** A standard `Response` out of what undici tells. */

interface Head {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: readonly Pair[];
}

type Pair = readonly [name: string, value: string];

/** The greatest that can be constructed; servers may send more. */
const greatestStatus = 599;
const reasonPhrase = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Throws a TypeError for a header that is none. */
export function responseOf(body: ReadableStream | null, head: Head): Response {
  const { status } = head;
  const statusText = reasonPhrase.test(head.statusText) ? head.statusText : "";
  const response = new Response(body, { status: Math.min(status, greatestStatus), statusText });
  // Adding them to what is there takes half the time of giving them to the constructor, which copies them.
  const { headers } = response;
  for (const [name, value] of head.headers) headers.append(name, value);
  Object.defineProperty(response, "url", { value: head.url });
  if (status > greatestStatus) Object.defineProperty(response, "status", { value: status });
  return response;
}

type Text = string | Buffer;
/** As undici gives them: names and values in turn, as they came over HTTP/1, or by name. */
export type WireHeaders =
  | readonly (Text | readonly Text[])[]
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Lower-cased names and their values, decoded as `fetch` does it: each byte is a character. */
export function headerPairs(wire: WireHeaders): Pair[] {
  const pairs: Pair[] = [];
  const list: readonly unknown[] = Array.isArray(wire) ? wire : Object.entries(wire).flat();
  for (let at = 0; at < list.length; at += 2) {
    const name = latin1(list[at] as Text).toLowerCase();
    const value = list[at + 1] as Text | readonly Text[];
    if (Array.isArray(value)) for (const one of value) pairs.push([name, latin1(one)]);
    else pairs.push([name, latin1(value as Text)]);
  }
  return pairs;
}

function latin1(text: Text): string {
  return typeof text === "string" ? text : text.toString("latin1");
}
