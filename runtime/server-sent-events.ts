import type { StreamRule } from "./descriptor.ts";
import { expectMedia, type ItemParser, itemValue, streamCall } from "./item-stream.ts";
import type { ServerSentEvent } from "./operation.ts";
import { Pending, type StreamKind, type UnreadBody } from "./stream.ts";

/** `text/event-stream`. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export const sseEvents: StreamKind = (start, rule) =>
  streamCall(start, (body) => {
    expectMedia(body, /^\s*text\/event-stream\s*(?:;|$)/i, "text/event-stream");
    return new EventParser(body, rule.items);
  });

class EventParser implements ItemParser {
  readonly #line: Pending;
  readonly #data: Pending;
  readonly #items: StreamRule["items"];
  readonly #body: UnreadBody;
  #hasData: boolean = false;
  #event: string = "";
  #retry: number | undefined;
  #id: string = "";
  #afterReturn: boolean = false;
  done: boolean = false;

  constructor(body: UnreadBody, items: StreamRule["items"]) {
    this.#line = new Pending(body);
    this.#data = new Pending(body);
    this.#items = items;
    this.#body = body;
  }

  *push(text: string): Generator<ServerSentEvent<unknown>, void, undefined> {
    // The line feed of a pair that two pieces share.
    let from = this.#afterReturn && text[0] === "\n" ? 1 : 0;
    if (text !== "") this.#afterReturn = text.at(-1) === "\r";
    const end = /\r\n|\r|\n/g;
    end.lastIndex = from;
    for (let match = end.exec(text); match !== null && !this.done; match = end.exec(text)) {
      const event = this.#read(this.#line.take(text.slice(from, match.index)));
      if (event !== undefined) yield event;
      from = end.lastIndex;
    }
    if (!this.done) this.#line.add(text.slice(from));
  }

  // An event that no blank line ended is discarded: it may be incomplete.
  end(): readonly never[] {
    return [];
  }

  #read(line: string): ServerSentEvent<unknown> | undefined {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    // A line that starts with a colon is a comment.
    if (colon === 0) return undefined;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") {
      this.#data.add(this.#hasData ? `\n${value}` : value);
      this.#hasData = true;
    } else if (field === "event") this.#event = value;
    else if (field === "id") {
      if (!value.includes("\0")) this.#id = value;
    } else if (field === "retry" && /^\d{1,15}$/.test(value)) this.#retry = Number(value);
    return undefined;
  }

  #dispatch(): ServerSentEvent<unknown> | undefined {
    const event = this.#event || "message";
    const retry = this.#retry;
    const { hasData, text } = { hasData: this.#hasData, text: this.#data.take("") };
    this.#event = "";
    this.#retry = undefined;
    this.#hasData = false;
    if (!hasData) return undefined;
    if (this.#items !== "text" && text === "[DONE]") {
      // Not JSON, so no event is lost: a widespread sign that the stream is complete.
      this.done = true;
      return undefined;
    }
    const data = itemValue(this.#body, text, this.#items);
    return { event, data, id: this.#id, ...(retry !== undefined && { retry }) };
  }
}
