/** What every undici from 6 to 8 can call. */
import { type Controller, Exchange } from "./exchange.ts";
import type { WireHeaders } from "./response.ts";

/**
 * An exchange that undici 6 can tell of as well, which pauses by what a method returns. A newer undici may find an agent of
 * 6 in an older Node, so every handler has both sets of methods.
 */
export class DispatchHandler extends Exchange {
  #six!: SixController;

  onConnect(abort: (reason?: Error) => void): void {
    this.#six = new SixController(abort);
    this.onRequestStart(this.#six);
  }

  onHeaders(status: number, rawHeaders: WireHeaders, resume: () => void, statusText: string): boolean {
    this.#six.rawHeaders = rawHeaders;
    this.#six.flow = resume;
    this.onResponseStart(this.#six, status, rawHeaders, statusText);
    return !this.#six.paused;
  }

  onData(chunk: Uint8Array): boolean {
    this.onResponseData(this.#six, chunk);
    return !this.#six.paused;
  }

  onComplete(): void {
    this.onResponseEnd();
  }

  onError(error: unknown): void {
    this.onResponseError(this.#six, error);
  }
}

class SixController implements Controller {
  readonly abort: (reason?: Error) => void;
  rawHeaders: WireHeaders | undefined;
  flow: (() => void) | undefined;
  paused: boolean = false;

  constructor(abort: (reason?: Error) => void) {
    this.abort = abort;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.flow?.();
  }
}
