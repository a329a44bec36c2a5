/** The body of an answer as a stream of bytes. */
import type { Flow, Sink } from "./flow.ts";

/** Bytes that may wait to be read before their source is paused. */
const ahead = 65_536;

export class AnswerBody implements Sink, UnderlyingByteSource {
  readonly type = "bytes";
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #source: Flow;
  #controller: ReadableByteStreamController | undefined;

  constructor(source: Flow) {
    this.#source = source;
    this.stream = new ReadableStream(this, { highWaterMark: ahead });
  }

  /** A copy of the bytes: they lie in memory that undici shares with other answers. */
  push(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return;
    this.#controller!.enqueue(new Uint8Array(chunk));
    if (this.#controller!.desiredSize! <= 0) this.#source.pause();
  }

  end(): void {
    this.#controller!.close();
    // Who reads into memory of their own waits for it still.
    this.#controller!.byobRequest?.respond(0);
  }

  fail(error: unknown): void {
    this.#controller!.error(error);
  }

  start(controller: ReadableByteStreamController): void {
    this.#controller = controller;
  }

  pull(): void {
    this.#source.resume();
  }

  cancel(reason: unknown): void {
    this.#source.abort(reason);
  }
}
