import { toJsonText } from "./parameters.ts";

/** For mocks: the text of a stream with these items, as a provider would send it. Events are those of `ServerSentEvent`. */
export function streamText(
  contentType: string,
  items: readonly unknown[],
  data: "json" | "text" | ((item: unknown) => string) = "json",
): string {
  const write = data === "text" ? String : data === "json" ? toJsonText : data;
  if (/^text\/event-stream/i.test(contentType)) return items.map((item) => eventText(item as object, write)).join("");
  const mark = /[/+]json-seq\b/i.test(contentType) ? "\u001e" : "";
  return items.map((item) => `${mark}${write(item)}\n`).join("");
}

function eventText(
  event: { event?: unknown; id?: unknown; retry?: unknown; data?: unknown },
  write: (value: unknown) => string,
): string {
  const fields = (["event", "id", "retry"] as const).flatMap((name) => {
    const value = event[name];
    return value === undefined || value === "" ? [] : [`${name}: ${String(value).replace(/[\r\n]/g, " ")}\n`];
  });
  const data = write(event.data).split(/\r\n|\r|\n/);
  return `${fields.join("")}${data.map((line) => `data: ${line}\n`).join("")}\n`;
}
