import { streamOf } from "./byte-stream.ts";
import type { RequestStep } from "./prepare.ts";
import type { ReadyRequest } from "./request.ts";
import { join } from "./response.ts";

/**
 * Reads a streamed body of at most `max` bytes, so that every attempt can send it. A larger one is sent once: first what
 * was read of it, then the rest as it comes.
 */
export const bodyBuffer: RequestStep = (request, { max = 0 }, run) =>
  request.once ? run.within(buffered(request, max, run.deadline.signal), "preparing the request") : request;

async function buffered(request: ReadyRequest, max: number, signal: AbortSignal): Promise<ReadyRequest> {
  const source = streamOf([request.body as ReadableStream]);
  const end = () => source.end();
  signal.addEventListener("abort", end);
  try {
    const reader = source.body.getReader();
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    while (size <= max) {
      const { done, value } = await reader.read();
      if (done) return { ...request, body: join(chunks, size), once: false, end: undefined };
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
}
