import { ownOptions } from "../own-options.ts";
import type { AnswerStore, StoredAnswer } from "./answer-store.ts";

/** What an entry takes beside its texts and bytes. */
const overhead = 256;

/** Answers of this process; the ones that were not asked for the longest go first. */
export class MemoryAnswerStore implements AnswerStore {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  // In the order of their last use.
  readonly #answers = new Map<string, StoredAnswer>();
  #bytes = 0;

  /** Absent: 1,000 entries, 16 MiB. An answer of more than a tenth of the bytes is not kept. */
  constructor(options: { readonly maxEntries?: number; readonly maxBytes?: number } = {}) {
    const { maxEntries = 1_000, maxBytes = 16 * 1_048_576 } = ownOptions(options);
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  /** Bytes that all entries take together. */
  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#answers.size;
  }

  get(key: string): StoredAnswer | undefined {
    const found = this.#answers.get(key);
    if (found === undefined) return undefined;
    this.#answers.delete(key);
    this.#answers.set(key, found);
    return found;
  }

  set(key: string, answer: StoredAnswer): void {
    this.#remove(key);
    const size = sizeOf(key, answer);
    if (size > this.#maxBytes / 10) return;
    this.#answers.set(key, answer);
    this.#bytes += size;
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#maxBytes && this.entries <= this.#maxEntries) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const found = this.#answers.get(key);
    if (found !== undefined) this.#bytes -= sizeOf(key, found);
    this.#answers.delete(key);
  }
}

function sizeOf(key: string, { headers, body }: StoredAnswer): number {
  const texts = headers.reduce((sum, [name, value]) => sum + name.length + value.length, key.length);
  return overhead + 2 * texts + body.byteLength;
}
