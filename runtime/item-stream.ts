/** A stream of items out of an unread body, and the call that gives it. */
import { isJson } from "./body.ts";
import type { StreamRule } from "./descriptor.ts";
import type { Call, ItemStream, StreamCall } from "./operation.ts";
import { jsonValue, TooLarge, Undecodable } from "./response.ts";
import { RunningCall } from "./running-call.ts";
import { offerTo, type StreamKind, type UnreadBody } from "./stream.ts";

/** Finds the items of one body in its text, line by line. */
export interface ItemReader {
  /** The lines of text that comes in pieces; the last of them goes on with the next piece. */
  split(text: string): string[];
  /** The items that a line completes; undefined: the rest of the body is not wanted. */
  read(line: string): readonly unknown[] | undefined;
}

/** A text format for items: the media types that are accepted for it, and how a body of it is read. */
interface ItemFormat {
  readonly media: RegExp;
  /** What was expected, in words. */
  readonly name: string;
  open(body: UnreadBody, rule: StreamRule): ItemReader;
}

/** Makes the calls of operations whose success is a stream of items. */
export function streamKind({ media, name, open }: ItemFormat): StreamKind {
  return (start, rule) => {
    const first = start(
      offerTo(
        (body) => new RunningStream(body, open(body, rule)),
        (response) => expectMedia(response.headers.get("content-type"), media, name),
      ),
    );
    const stream: Omit<StreamCall<unknown, unknown>, keyof Call<unknown>> = {
      async *[Symbol.asyncIterator]() {
        const { data } = await first;
        // A declared success without a body (204) has no items.
        if (data instanceof RunningStream) yield* data;
      },
    };
    return Object.assign(new RunningCall(() => first), stream);
  };
}

class RunningStream implements ItemStream<unknown> {
  readonly #body: UnreadBody;
  readonly #reader: ItemReader;
  #taken: boolean = false;

  constructor(body: UnreadBody, reader: ItemReader) {
    this.#body = body;
    this.#reader = reader;
  }

  cancel(): void {
    this.#taken = true;
    this.#body.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, void, undefined> {
    if (this.#taken) throw new TypeError("A stream can be iterated once; this one was iterated or cancelled before.");
    this.#taken = true;
    return itemsOf(this.#body, this.#reader);
  }
}

async function* itemsOf(body: UnreadBody, reader: ItemReader): AsyncGenerator<unknown, void, undefined> {
  // Strips a byte order mark, and joins characters that were cut in two.
  const decoder = new TextDecoder();
  let rest = "";
  // Only faults of the stream are translated: what a validator or the loop of the caller throws stays what it is.
  const own = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw body.fault(error);
    }
  };
  try {
    for (let isEnd = false; !isEnd; ) {
      const bytes = await body.read();
      isEnd = bytes === undefined;
      const lines = reader.split(decoder.decode(bytes, { stream: !isEnd }));
      lines[0] = rest + lines[0];
      rest = isEnd ? "" : lines.pop()!;
      for (const line of lines) {
        // The last line needs no end, but where there is none it is no empty line.
        const items = isEnd && line === "" ? [] : own(() => reader.read(limited(body, line)));
        if (items === undefined) return;
        for (const item of items) {
          const checked = body.check(item);
          if (checked !== undefined) await checked;
          yield item;
        }
      }
      own(() => limited(body, rest));
    }
  } finally {
    body.close();
  }
}

/** Text of an item, or of a part of one. */
export function limited({ max, response }: UnreadBody, text: string): string {
  if (text.length > max) throw new TooLarge(`an item has more than the allowed ${max} bytes`, response.status);
  return text;
}

/** Text of an item as JSON, or as it is. */
export function itemValue(body: UnreadBody, text: string, items: "json" | "text" | undefined): unknown {
  return items === "text" ? text : (body.parse ?? jsonValue)(text, `the ${text.length} characters of an item`);
}

/** Refuses an answer of another media type than the one that was asked for. */
function expectMedia(contentType: string | null, allowed: RegExp, wanted: string): void {
  if (contentType === null || allowed.test(contentType)) return;
  const type = contentType.split(";")[0]!.trim();
  const hint = isJson(type) ? "; the provider may want to be asked for a stream in the request" : "";
  throw new Undecodable(`it has Content-Type "${type}" where ${wanted} was expected${hint}`);
}
