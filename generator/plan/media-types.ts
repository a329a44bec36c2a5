/** Which media type of a body is used, and how its bytes are read or written. */
import type { ResponseKind } from "@couplet/runtime/codegen/v1";
import { type Feature, feature, type SpecMediaType } from "../model.ts";

type Codec = "json" | "form" | "multipart" | "text" | "bytes";

export function codecOf(contentType: string): Codec {
  const type = contentType.split(";")[0]!.trim().toLowerCase();
  if (type === "application/json" || type.endsWith("+json") || type === "*/*" || type === "application/*")
    return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type.startsWith("multipart/")) return "multipart";
  return type.startsWith("text/") || type.endsWith("xml") ? "text" : "bytes";
}

const preference: readonly Codec[] = ["json", "form", "multipart", "bytes", "text"];

/** The media type that is used when a body has several: JSON first, then forms, bytes, text. */
export function preferredMediaType(content: readonly SpecMediaType[]): SpecMediaType | undefined {
  const rank = (media: SpecMediaType): number => preference.indexOf(codecOf(media.contentType));
  return [...content].sort((a, b) => rank(a) - rank(b))[0];
}

const encoders: Readonly<Record<Codec, Feature>> = {
  json: feature("jsonBody"),
  form: feature("formBody"),
  multipart: feature("multipartBody"),
  text: feature("textBody"),
  bytes: feature("bytesBody"),
};

export function encoderOf(contentType: string): Feature {
  return encoders[codecOf(contentType)];
}

export function responseKind(content: readonly SpecMediaType[]): ResponseKind {
  const media = preferredMediaType(content);
  if (media === undefined) return "none";
  const codec = codecOf(media.contentType);
  return codec === "json" || codec === "text" ? codec : "bytes";
}

/** Wildcards cannot be sent: An all-wildcard range becomes JSON. */
export function concreteContentType(contentType: string): string {
  return contentType.includes("*") ? "application/json" : contentType;
}
