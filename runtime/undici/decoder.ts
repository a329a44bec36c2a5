/** Decompression as `fetch` does it: no faster than the result is read, and content that ends early is no error. */
import type { Transform } from "node:stream";
// By name they would be missing in a Node without zstd.
import * as zlib from "node:zlib";
import { AnswerBody } from "./answer-body.ts";
import type { Flow, Sink } from "./flow.ts";

const hasZstd: boolean = typeof zlib.createZstdDecompress === "function";

/** What is asked for. */
export const acceptEncoding: string = hasZstd ? "gzip, deflate, br, zstd" : "gzip, deflate, br";

/** More of them are an attack. */
const mostCodings = 5;

const { constants } = zlib;
const flush = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
/** By coding; the first bytes are known of what comes from the wire only. */
const makers: Readonly<Record<string, (first: Iterable<number>) => Transform>> = {
  gzip: () => zlib.createGunzip(flush),
  "x-gzip": () => zlib.createGunzip(flush),
  // Some servers leave out the header of zlib, which has an 8 there.
  deflate: ([byte = 8]) => ((byte & 15) === 8 ? zlib.createInflate(flush) : zlib.createInflateRaw(flush)),
  br: () =>
    zlib.createBrotliDecompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
    }),
  ...(hasZstd && {
    zstd: () =>
      zlib.createZstdDecompress({
        flush: constants.ZSTD_e_continue,
        finishFlush: constants.ZSTD_e_end,
        // 8 MiB, as RFC 9659 has it.
        params: { [constants.ZSTD_d_windowLogMax]: 23 },
      }),
  }),
};

/** The codings of an answer, the last applied first. None when one is unknown: the body is given as it is. */
export function codingsOf(headers: readonly (readonly [name: string, value: string])[]): readonly string[] {
  const codings: string[] = [];
  for (const [name, value] of headers) if (name === "content-encoding") codings.push(...value.toLowerCase().split(","));
  if (codings.length > mostCodings) throw new Error(`the answer has ${codings.length} content codings`);
  const known = codings.map((coding) => coding.trim());
  return known.every((coding) => Object.hasOwn(makers, coding)) ? known.reverse() : [];
}

/** A body that is decompressed on its way from the wire to its stream. */
export class DecodedBody implements Sink, Flow {
  readonly #body: AnswerBody = new AnswerBody(this);
  readonly #wire: Flow;
  readonly #codings: readonly string[];
  /** In the order of the bytes; none before the first of them, which may never come. */
  #decoders: readonly Transform[] = [];

  constructor(wire: Flow, codings: readonly string[]) {
    this.#wire = wire;
    this.#codings = codings;
  }

  get stream(): AnswerBody["stream"] {
    return this.#body.stream;
  }

  push(chunk: Uint8Array): void {
    if (this.#decoders.length === 0) this.#decoders = this.#open(chunk);
    if (!this.#decoders[0]!.write(chunk)) this.#wire.pause();
  }

  end(): void {
    if (this.#decoders.length === 0) this.#body.end();
    else this.#decoders[0]!.end();
  }

  fail(error: unknown): void {
    for (const decoder of this.#decoders) decoder.destroy();
    this.#body.fail(error);
  }

  pause(): void {
    this.#decoders.at(-1)?.pause();
  }

  resume(): void {
    this.#decoders.at(-1)?.resume();
  }

  abort(reason: unknown): void {
    this.fail(reason);
    this.#wire.abort(reason);
  }

  #open(chunk: Uint8Array): readonly Transform[] {
    const decoders = this.#codings.map((coding, at) => makers[coding]!(at === 0 ? chunk : []));
    for (const decoder of decoders) {
      decoder.on("error", (cause) => this.abort(new TypeError("terminated", { cause })));
    }
    decoders[0]!.on("drain", () => this.#wire.resume());
    decoders
      .reduce((from, to) => from.pipe(to))
      .on("data", (decoded: Uint8Array) => this.#body.push(decoded))
      .on("end", () => this.#body.end());
    return decoders;
  }
}
