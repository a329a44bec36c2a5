import type { StreamRule } from "./descriptor.ts";
import { expectMedia, type ItemParser, itemValue, streamCall } from "./item-stream.ts";
import { Undecodable } from "./response.ts";
import { Pending, type StreamKind, type UnreadBody } from "./stream.ts";

/** `application/x-ndjson`, `application/jsonl` and the like, one JSON text a line; `application/json-seq` (RFC 7464). */
export const jsonLines: StreamKind = (start, rule) =>
  streamCall(start, (body) => {
    // Servers label lines of JSON in many ways; a page or an event stream is none.
    expectMedia(body, /^\s*(?:application\/|text\/(?!html|event-stream))/i, "JSON lines");
    const sequence = /[/+]json-seq\b/i.test(body.response.headers.get("content-type") ?? "");
    return new LineParser(body, sequence, rule.items);
  });

class LineParser implements ItemParser {
  readonly #pending: Pending;
  readonly #sequence: boolean;
  readonly #items: StreamRule["items"];
  readonly #body: UnreadBody;

  constructor(body: UnreadBody, sequence: boolean, items: StreamRule["items"]) {
    this.#pending = new Pending(body);
    this.#sequence = sequence;
    this.#items = items;
    this.#body = body;
  }

  *push(text: string): Generator<unknown, void, undefined> {
    const end = this.#sequence ? "\u001e" : "\n";
    let from = 0;
    for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, from)) {
      yield* this.#read(this.#pending.take(text.slice(from, at)));
      from = at + 1;
    }
    this.#pending.add(text.slice(from));
  }

  /** The last line needs no line end; a cut one is not valid JSON. */
  *end(): Generator<unknown, void, undefined> {
    yield* this.#read(this.#pending.take(""));
  }

  *#read(record: string): Generator<unknown, void, undefined> {
    const text = record.trim();
    if (text === "") return;
    // RFC 7464 2.4: without the line feed a number, `true`, `false` or `null` may have been cut.
    if (this.#sequence && /^[-\dtfn]/.test(text) && !/\s$/.test(record))
      throw new Undecodable("a record of the sequence was cut off");
    yield itemValue(this.#body, text, this.#items);
  }
}
