import { mediaType } from "./document.ts";

/** One part of a multipart body. */
interface CapturedPart {
  readonly name: string;
  readonly text: string;
  /** Media type; present for parts that have a file name. */
  readonly type?: string;
}

/** A request as it was sent, its body read to the end. */
export interface CapturedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  /** Undefined when nothing was sent. */
  readonly body: string | undefined;
  /** Parts of a `multipart/form-data` body. */
  readonly parts?: readonly CapturedPart[];
}

/** Reads a request into data that can be checked without waiting. Consumes the request's body. */
export async function captureRequest(request: Request): Promise<CapturedRequest> {
  const bytes = await request.arrayBuffer();
  const contentType = request.headers.get("content-type") ?? "";
  const captured = {
    method: request.method,
    url: request.url,
    headers: request.headers,
    body: bytes.byteLength === 0 ? undefined : new TextDecoder().decode(bytes),
  };
  if (mediaType(contentType) !== "multipart/form-data" || captured.body === undefined) return captured;
  const form = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  const parts = [...form].map(async ([name, value]): Promise<CapturedPart> => {
    if (typeof value === "string") return { name, text: value };
    return { name, text: await value.text(), type: value.type };
  });
  return { ...captured, parts: await Promise.all(parts) };
}
