/** An answer as it is kept. Only text and bytes: a store may write it anywhere. */
export interface StoredAnswer {
  readonly status: number;
  /** Names and values; no `Set-Cookie`. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decompressed. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** When its request was sent, epoch milliseconds. */
  readonly at: number;
}

/**
 * Keeps answers for `cache: { store: shared }`. A key is a digest that stands for one URL, credential, tenant and set
 * of request headers: whoever reads a value has its caller's rights at the provider, so protect the store as you do
 * tokens. It decides itself what to forget; a fault of it, or a second of silence, counts as nothing kept.
 */
export interface AnswerStore {
  get(key: string): StoredAnswer | undefined | Promise<StoredAnswer | undefined>;
  set(key: string, answer: StoredAnswer): void | Promise<void>;
}
