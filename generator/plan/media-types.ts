/** Which media type of a body is used, and how its bytes are read or written. */
import type { ResponseKind } from "@couplet/runtime/codegen/v1";
import { pointerTo } from "../json-pointer.ts";
import { type Feature, feature, type Schema, type SpecMediaType } from "../model.ts";

export type Codec = "json" | "form" | "multipart" | "lines" | "text" | "bytes" | "events";

const lines = /^application\/(?:(?:x-)?(?:ndjson|jsonl|json-?lines|json-?stream)|(?:[\w.-]+\+)?json-seq|stream\+json)$/;

export function codecOf(contentType: string): Codec {
  const type = contentType.split(";")[0]!.trim().toLowerCase();
  if (type === "text/event-stream") return "events";
  if (lines.test(type)) return "lines";
  if (type === "application/json" || type.endsWith("+json") || type === "*/*" || type === "application/*")
    return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type.startsWith("multipart/")) return "multipart";
  return type.startsWith("text/") || type.endsWith("xml") ? "text" : "bytes";
}

const preference: readonly Codec[] = ["json", "form", "multipart", "lines", "bytes", "text", "events"];

/** Whether answers of this kind come item by item. */
export function isStream(codec: Codec): boolean {
  return codec === "events" || codec === "lines";
}

/** Whether bodies of this kind are written as text. */
export function isText(codec: Codec): boolean {
  return codec === "text" || codec === "events";
}

/** The schema of one item of a stream: its own, else that of the list's items; documents often give it as the schema itself. */
export function itemSchemaOf({ schema, itemSchema }: SpecMediaType): Schema | undefined {
  return itemSchema ?? (schema?.type === "array" ? schema.items : schema);
}

/** Where `itemSchemaOf` finds it, below the pointer of an operation's body or answer. */
export function itemPointerOf({ contentType, schema, itemSchema }: SpecMediaType, body: string): string {
  const media = pointerTo(body, "content", contentType);
  if (itemSchema !== undefined) return `${media}/itemSchema`;
  return schema?.type === "array" && schema.items ? `${media}/schema/items` : `${media}/schema`;
}

/**
 * Media types of a body, the preferred one first: JSON, then forms, lines, bytes, text. One that would write bytes as text
 * comes after those that carry them.
 */
export function orderedMedia(content: readonly SpecMediaType[]): SpecMediaType[] {
  const rank = ({ contentType, bytesAsText }: SpecMediaType): number => {
    const own = preference.indexOf(codecOf(contentType));
    return bytesAsText ? Math.max(own, preference.indexOf("bytes") + 0.5) : own;
  };
  return [...content].sort((a, b) => rank(a) - rank(b));
}

/** The media type that is used without a word of the caller. */
export function preferredMediaType(content: readonly SpecMediaType[]): SpecMediaType | undefined {
  return orderedMedia(content)[0];
}

const encoders: Readonly<Record<Codec, Feature>> = {
  json: feature("jsonBody"),
  form: feature("formBody"),
  multipart: feature("multipartBody"),
  lines: feature("jsonLinesBody"),
  events: feature("textBody"),
  text: feature("textBody"),
  bytes: feature("bytesBody"),
};

export function encoderOf({ contentType, encoding = {} }: SpecMediaType): Feature {
  const codec = codecOf(contentType);
  const isStyled = Object.values(encoding).some(
    ({ style, explode, allowReserved }) => (style ?? explode ?? allowReserved) !== undefined,
  );
  return codec === "multipart" && isStyled ? feature("styledMultipartBody") : encoders[codec];
}

export function responseKind(content: readonly SpecMediaType[]): ResponseKind {
  const media = preferredMediaType(content);
  if (media === undefined) return "none";
  const codec = codecOf(media.contentType);
  if (isStream(codec)) return "stream";
  return codec === "json" || codec === "text" ? codec : "bytes";
}

/** Wildcards cannot be sent: a range that JSON is in becomes JSON; for others the body says what it is. */
export function concreteContentType(contentType: string): string {
  return contentType.includes("*") && codecOf(contentType) === "json" ? "application/json" : contentType;
}
