import { type ItemReader, itemValue, limited, streamKind } from "./item-stream.ts";
import type { ServerSentEvent } from "./operation.ts";
import type { StreamKind, UnreadBody } from "./stream.ts";

/** `text/event-stream`. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export const sseEvents: StreamKind = streamKind({
  media: /^\s*text\/event-stream\s*(?:;|$)/i,
  name: "text/event-stream",
  open: (body, { items }) => eventReader(body, items),
});

/** An event that no blank line ended is discarded: it may be incomplete. */
function eventReader(body: UnreadBody, items: "json" | "text" | undefined): ItemReader {
  let data: string | undefined;
  let event = "";
  let id = "";
  let retry: number | undefined;
  let isAfterReturn = false;

  const dispatch = (): readonly ServerSentEvent<unknown>[] | undefined => {
    const text = data;
    const said = { event: event || "message", id, ...(retry !== undefined && { retry }) };
    data = undefined;
    event = "";
    retry = undefined;
    if (text === undefined) return [];
    // Not JSON, so no event is lost: a widespread sign that the stream is complete.
    if (items !== "text" && text === "[DONE]") return undefined;
    return [{ ...said, data: itemValue(body, text, items) }];
  };

  return {
    split(text) {
      // The line feed of a pair that two pieces share.
      const own = isAfterReturn && text.startsWith("\n") ? text.slice(1) : text;
      if (text !== "") isAfterReturn = text.endsWith("\r");
      return own.split(/\r\n|\r|\n/);
    },
    read(line) {
      if (line === "") return dispatch();
      const colon = line.indexOf(":");
      // A line that starts with a colon is a comment: its field has no name.
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
      if (field === "data") data = limited(body, data === undefined ? value : `${data}\n${value}`);
      else if (field === "event") event = value;
      else if (field === "id" && !value.includes("\0")) id = value;
      else if (field === "retry" && /^\d{1,15}$/.test(value)) retry = Number(value);
      return [];
    },
  };
}
