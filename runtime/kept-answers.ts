import type { AnswerStore } from "./stores/answer-store.ts";
import { MemoryAnswerStore } from "./stores/memory-answer-store.ts";

/** Place of a client's kept answers: empty until an operation keeps some. */
export interface AnswerSlot {
  /** The store that was given. */
  readonly shared: AnswerStore | undefined;
  kept?: KeptAnswers;
}

/** Writes that are remembered one by one. */
const mostWrites = 1_000;

/** What the operations of one client keep, and since when it may be out of date. */
export class KeptAnswers {
  readonly memory: MemoryAnswerStore = new MemoryAnswerStore();
  readonly shared: AnswerStore | undefined;
  isFaultTold: boolean = false;
  /** URL -> the newest write to it, epoch milliseconds; the oldest write first. */
  readonly #writes = new Map<string, number>();
  /** Nothing from before is trusted without asking: writes of that time are forgotten. */
  #forgotten = Number.NEGATIVE_INFINITY;

  constructor(shared: AnswerStore | undefined) {
    this.shared = shared;
  }

  /** A call that may have changed what stands at a URL (RFC 9111 section 4.4). */
  written(url: string, at: number): void {
    const { href } = new URL(url);
    this.#writes.delete(href);
    this.#writes.set(href, at);
    if (this.#writes.size <= mostWrites) return;
    const [oldest] = this.#writes;
    this.#forgotten = Math.max(this.#forgotten, oldest![1]);
    this.#writes.delete(oldest![0]);
  }

  /** Whether an answer from then may be one from before a write. */
  isWrittenSince(href: string, at: number): boolean {
    return at <= Math.max(this.#forgotten, this.#writes.get(href) ?? Number.NEGATIVE_INFINITY);
  }
}
