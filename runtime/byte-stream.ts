/** A lazy stream of bytes out of pieces that may be streams themselves: nothing is read before it is sent. */

/** What can be sent as bytes. */
export type Piece = string | Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | ReadableStream | AsyncIterable<unknown>;

const utf8: TextEncoder = new TextEncoder();

/** Whether a value can only be read once. */
export function isUnread(value: unknown): value is ReadableStream | AsyncIterable<unknown> {
  return (
    value instanceof ReadableStream || (typeof value === "object" && value !== null && Symbol.asyncIterator in value)
  );
}

/** A body that is read while it is sent. */
interface UnsentBody {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly once: true;
  /** Leaves the piece that is being read: not every transport cancels the body of a request that failed. */
  end(): void;
}

/** One stream of all pieces in turn. */
export function streamOf(pieces: Iterable<Piece> | AsyncIterable<Piece>): UnsentBody {
  const chunks = chunksOf(pieces);
  const end = (): void => {
    // What the source says to being left concerns nobody any more.
    chunks.return().catch(() => {});
  };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
  return { body, once: true, end };
}

async function* chunksOf(
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for await (const piece of pieces) {
    const unread = piece instanceof Blob ? piece.stream() : piece;
    if (unread instanceof ReadableStream) yield* read(unread);
    else if (isUnread(unread)) for await (const chunk of unread) yield bytesOf(chunk);
    else yield bytesOf(unread);
  }
}

// Not every browser iterates over a ReadableStream.
async function* read(stream: ReadableStream): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      yield bytesOf(value);
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => {});
  }
}

function bytesOf(chunk: unknown): Uint8Array<ArrayBuffer> {
  if (typeof chunk === "string") return utf8.encode(chunk);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength);
  throw new TypeError("a stream that is sent must give bytes or text");
}
