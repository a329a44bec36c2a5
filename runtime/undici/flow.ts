/** The two directions of an answer's body. */

/** Where bytes go. */
export interface Sink {
  push(chunk: Uint8Array): void;
  end(): void;
  fail(error: unknown): void;
}

/** Where they come from. Pausing is a wish: a little more may come. */
export interface Flow {
  pause(): void;
  resume(): void;
  abort(reason: unknown): void;
}
