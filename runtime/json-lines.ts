import { itemValue, streamKind } from "./item-stream.ts";
import { Undecodable } from "./response.ts";
import type { StreamKind } from "./stream.ts";

/** `application/x-ndjson`, `application/jsonl` and the like, one JSON text a line; `application/json-seq` (RFC 7464). */
export const jsonLines: StreamKind = streamKind({
  // Servers label lines of JSON in many ways; a page or an event stream is none.
  media: /^\s*(?:application\/|text\/(?!html|event-stream))/i,
  name: "JSON lines",
  open(body, { items }) {
    const isSequence = /[/+]json-seq\b/i.test(body.response.headers.get("content-type") ?? "");
    return {
      split: (text) => text.split(isSequence ? "\u001e" : "\n"),
      read(record) {
        const text = record.trim();
        if (text === "") return [];
        // RFC 7464 2.4: without the line feed a number, `true`, `false` or `null` may have been cut.
        if (isSequence && /^[-\dtfn]/.test(text) && !/\s$/.test(record))
          throw new Undecodable("a record of the sequence was cut off");
        return [itemValue(body, text, items)];
      },
    };
  },
});
