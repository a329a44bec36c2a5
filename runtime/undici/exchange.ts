/** One request and its answer, as undici's dispatchers tell of them. */
import { AnswerBody } from "./answer-body.ts";
import { codingsOf, DecodedBody } from "./decoder.ts";
import type { Flow } from "./flow.ts";
import type { DispatchOptions } from "./request.ts";
import { headerPairs, responseOf, type WireHeaders } from "./response.ts";

/** How undici 7 and 8 let a handler steer. */
export interface Controller {
  readonly rawHeaders?: WireHeaders | null | undefined;
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Statuses whose answers have no body: "null body status" of the Fetch Standard. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

/** A handler of undici 7 and 8. It ends once: with the answer, a failure, the caller's abort, or a reader who gave up. */
export class Exchange implements Flow {
  readonly response: Promise<Response>;
  readonly #request: DispatchOptions;
  readonly #signal: AbortSignal | undefined;
  #resolve!: (response: Response) => void;
  #reject!: (error: unknown) => void;
  #controller: Controller | undefined;
  #body: AnswerBody | DecodedBody | undefined;
  #ended: boolean = false;
  #abortion: Error | undefined;
  readonly #onAbort = (): void => this.abort(this.#signal?.reason);

  constructor(request: DispatchOptions, signal: AbortSignal | undefined) {
    this.#request = request;
    this.#signal = signal;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    // Only now is there something to abort.
    if (this.#abortion !== undefined) controller.abort(this.#abortion);
  }

  onResponseStart(controller: Controller, status: number, named: WireHeaders, statusText: string = ""): void {
    if (status < 200) return;
    const { origin, path, method } = this.#request;
    const { rawHeaders } = controller;
    // Those by name are not decoded as `fetch` does it by every version.
    const headers = headerPairs(Array.isArray(rawHeaders) ? rawHeaders : named);
    const head = { status, statusText, url: origin + path, headers };
    const body = method === "HEAD" || bodiless.has(status) ? undefined : this.#bodyOf(codingsOf(headers));
    this.#resolve(responseOf(body?.stream ?? null, head));
    this.#body = body;
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    if (this.#ended) return;
    if (this.#body === undefined) this.abort(new TypeError("the answer may have no body, and has one"));
    else this.#body.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#end()) this.#body?.end();
  }

  onResponseError(_controller: unknown, cause: unknown): void {
    this.#fail(new TypeError(this.#body === undefined ? "fetch failed" : "terminated", { cause }));
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(reason: unknown): void {
    this.#fail(reason);
    this.#abortion = reason instanceof Error ? reason : new DOMException("The operation was aborted.", "AbortError");
    this.#controller?.abort(this.#abortion);
  }

  #bodyOf(codings: readonly string[]): AnswerBody | DecodedBody {
    return codings.length === 0 ? new AnswerBody(this) : new DecodedBody(this, codings);
  }

  #fail(error: unknown): void {
    if (!this.#end()) return;
    this.#reject(error);
    this.#body?.fail(error);
    // Of a request that never left, nobody else leaves the body. One that is being read is left by its reader.
    const { body } = this.#request;
    if (body instanceof ReadableStream && !body.locked) body.cancel(error).catch(() => {});
  }

  /** Whether it had not ended before. */
  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    return true;
  }
}
