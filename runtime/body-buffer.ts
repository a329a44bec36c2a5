import { streamOf } from "./byte-stream.ts";
import type { ReadyRequest } from "./request.ts";

/** A runtime feature: the request with its streamed body in memory, or as a stream again where that is too large. */
export type BodyBuffer = (request: ReadyRequest, max: number, signal: AbortSignal) => Promise<ReadyRequest>;

/**
 * Reads a streamed body of at most `max` bytes, so that every attempt can send it. A larger one is sent once: first what
 * was read of it, then the rest as it comes.
 */
export const bodyBuffer: BodyBuffer = async (request, max, signal) => {
  const source = streamOf([request.body as ReadableStream]);
  const end = () => source.end();
  signal.addEventListener("abort", end);
  try {
    const reader = source.body.getReader();
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    while (size <= max) {
      const { done, value } = await reader.read();
      if (done) return { ...request, body: joined(chunks, size), once: false, end: undefined };
      chunks.push(value);
      size += value.length;
    }
    reader.releaseLock();
    const whole = streamOf([...chunks, source.body]);
    const endBoth = () => {
      whole.end();
      source.end();
    };
    return { ...request, body: whole.body, end: endBoth };
  } finally {
    signal.removeEventListener("abort", end);
  }
};

function joined(chunks: readonly Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
