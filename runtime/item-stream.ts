/** A stream of items out of an unread body, and the call that gives it. */
import type { Answer } from "./answer.ts";
import { isJson } from "./body.ts";
import type { Call, ItemStream, StreamCall } from "./operation.ts";
import { jsonValue, Undecodable } from "./response.ts";
import { RunningCall } from "./running-call.ts";
import { type BodyOffer, ByteSource, offerTo, type UnreadBody } from "./stream.ts";

/** Finds the items in text that comes in pieces. */
export interface ItemParser {
  /** The items that this piece completes. */
  push(text: string): Iterable<unknown>;
  /** What is left when the body ends. */
  end(): Iterable<unknown>;
  /** True: the rest of the body is not wanted. */
  readonly done?: boolean;
}

/** The call of an operation whose success is a stream of items. */
export function streamCall(
  start: (offer: BodyOffer) => Promise<Answer>,
  open: (body: UnreadBody) => ItemParser,
): Call<unknown, unknown> {
  const first = start(offerTo((body) => new RunningStream(body, open(body))));
  const stream: Omit<StreamCall<unknown, unknown>, keyof Call<unknown>> = {
    async *[Symbol.asyncIterator]() {
      const { data } = await first;
      // A declared success without a body (204) has no items.
      if (data instanceof RunningStream) yield* data;
    },
  };
  return Object.assign(new RunningCall(() => first), stream);
}

class RunningStream implements ItemStream<unknown> {
  readonly #source: ByteSource;
  readonly #body: UnreadBody;
  readonly #parser: ItemParser;
  #taken: boolean = false;

  constructor(body: UnreadBody, parser: ItemParser) {
    this.#body = body;
    this.#parser = parser;
    this.#source = new ByteSource(body);
  }

  cancel(): void {
    this.#taken = true;
    this.#source.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, void, undefined> {
    if (this.#taken) throw new TypeError("A stream can be iterated once; this one was iterated or cancelled before.");
    this.#taken = true;
    return this.#items();
  }

  async *#items(): AsyncGenerator<unknown, void, undefined> {
    const parser = this.#parser;
    const source = this.#source;
    // Strips a byte order mark, and joins characters that were cut in two.
    const decoder = new TextDecoder();
    try {
      for (let last = false; !last && parser.done !== true; ) {
        const chunk = await this.#guard(() => source.read());
        last = chunk === undefined;
        const items = last
          ? parse(parser, decoder.decode(), true)
          : parse(parser, decoder.decode(chunk, { stream: true }));
        for (;;) {
          const { done, value } = await this.#guard(() => items.next());
          if (done) break;
          const checked = this.#body.check(value);
          if (checked !== undefined) await checked;
          yield value;
        }
      }
    } finally {
      source.close();
    }
  }

  // Only faults of the stream are translated: what the loop of the caller throws stays what it is.
  async #guard<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#body.fault(error);
    }
  }
}

function* parse(parser: ItemParser, text: string, last: boolean = false): Generator<unknown, void, undefined> {
  yield* parser.push(text);
  if (last && parser.done !== true) yield* parser.end();
}

/** Text of an item as JSON, or as it is. */
export function itemValue(body: UnreadBody, text: string, items: "json" | "text" | undefined): unknown {
  return items === "text" ? text : (body.parse ?? jsonValue)(text, `the ${text.length} characters of an item`);
}

/** Refuses an answer of another media type than the one that was asked for. */
export function expectMedia(body: UnreadBody, allowed: RegExp, wanted: string): void {
  const contentType = body.response.headers.get("content-type");
  if (contentType === null || allowed.test(contentType)) return;
  const type = contentType.split(";")[0]!.trim();
  const hint = isJson(type) ? "; the provider may want to be asked for a stream in the request" : "";
  throw new Undecodable(`it has Content-Type "${type}" where ${wanted} was expected${hint}`);
}
