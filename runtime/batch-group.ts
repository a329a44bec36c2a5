/** Items of one client and tenant on their way as one call of a batch operation. */
import type { Answer } from "./answer.ts";
import type { BoundOperation } from "./bound-operation.ts";
import { runCall } from "./call-run.ts";
import type { CallSettings } from "./call-settings.ts";
import type { Deadline } from "./deadline.ts";
import type { Batch } from "./descriptor.ts";
import type { CallOptions, Priority } from "./operation.ts";
import { ownOptions } from "./own-options.ts";

/** A call that waits to be sent with others, or for the answer to them all. */
export interface BatchItem {
  readonly value: unknown;
  /** Bytes. */
  readonly size: number;
  readonly settings: CallSettings;
  readonly deadline: Deadline;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Groups that still wait for company, by credentials. */
const gathering = new WeakMap<object, Map<string, BatchGroup>>();
const ranks: readonly Priority[] = ["low", "normal", "high"];

/** Adds an item to those of this operation, these credentials and this tenant, over all operations that are batched alike. */
export function joinGroup(many: BoundOperation, batch: Batch, tenant: string | undefined, item: BatchItem): BatchGroup {
  // Without credentials the client itself tells groups apart; views for tenants share its budget.
  const { auth = many.connection.budget } = many.connection;
  const { items, results, errors, maxItems, maxBytes, window, repeatable } = batch;
  const alike = [items, results, errors, maxItems, maxBytes, window, repeatable];
  const key = JSON.stringify([many.ready.operation.id, tenant ?? null, ...alike]);
  const own = gathering.get(auth) ?? new Map<string, BatchGroup>();
  gathering.set(auth, own);
  if (own.get(key)?.hasRoomFor(item) === false) own.get(key)!.send();
  const group = own.get(key) ?? new BatchGroup(many, batch, tenant, () => own.get(key) === group && own.delete(key));
  own.set(key, group);
  group.add(item);
  return group;
}

export class BatchGroup {
  readonly #many: BoundOperation;
  readonly #batch: Batch;
  readonly #tenant: string | undefined;
  readonly #onClose: () => void;
  readonly #items = new Set<BatchItem>();
  #bytes: number;
  /** Clock's time at which it is sent. */
  #at = Number.POSITIVE_INFINITY;
  readonly #timer = new AbortController();
  readonly #request = new AbortController();
  isSent: boolean = false;

  /** `onClose` is called when nothing can be added any more. */
  constructor(many: BoundOperation, batch: Batch, tenant: string | undefined, onClose: () => void) {
    this.#many = many;
    this.#batch = batch;
    this.#tenant = tenant;
    this.#onClose = onClose;
    this.#bytes = emptyBytes(batch);
  }

  hasRoomFor({ size }: BatchItem): boolean {
    return this.#bytes + size <= this.#batch.maxBytes;
  }

  add(item: BatchItem): void {
    const { maxItems, window } = this.#batch;
    const { clock } = this.#many.connection;
    this.#items.add(item);
    this.#bytes += item.size + 1;
    if (this.#items.size >= maxItems) {
      this.send();
      return;
    }
    // Whoever has little time does not spend it on company.
    const wait = Math.min(window, item.deadline.remaining / 2);
    const at = clock.mono() + wait;
    if (at >= this.#at) return;
    this.#at = at;
    clock.sleep(wait, this.#timer.signal).then(
      () => this.send(),
      // A clock that fails must not keep calls for ever.
      (error) => this.#timer.signal.aborted || this.#fail([...this.#items], error),
    );
  }

  /** The caller waits no longer: for an answer, or because it gave up. */
  leave(item: BatchItem): void {
    this.#items.delete(item);
    this.#bytes -= item.size + 1;
    if (this.#items.size > 0) return;
    if (this.isSent) this.#request.abort();
    else this.#close();
  }

  send(): void {
    if (this.isSent || this.#items.size === 0) return;
    this.isSent = true;
    this.#close();
    const items = [...this.#items];
    const options: CallOptions = ownOptions({
      signal: this.#request.signal,
      // A caller whose time is up leaves the others what they have.
      deadline: Math.max(1, ...items.map(({ deadline }) => deadline.remaining)),
      priority: ranks[Math.max(...items.map(({ settings }) => ranks.indexOf(settings.priority)))]!,
      ...(this.#tenant !== undefined && { tenant: this.#tenant }),
    });
    const body = bodyOf(
      this.#batch,
      items.map(({ value }) => value),
    );
    runCall(this.#many, { body }, options)
      .then((answer) => (this.#batch.settle ?? shareAnswer)(answer, this.#batch, items))
      .catch((error) => this.#fail(items, error));
  }

  #close(): void {
    this.#timer.abort();
    this.#onClose();
  }

  #fail(items: readonly BatchItem[], error: unknown): void {
    this.#close();
    for (const item of items) item.reject(error);
  }
}

/** Each gets the whole answer; what one caller does to its data is not for the others to see. */
function shareAnswer(answer: Answer, _batch: Batch, items: readonly BatchItem[]): void {
  for (const item of items) item.resolve(answerWith(answer, structuredClone(answer.data)));
}

/** The answer to the batch as that to one of its items. */
export function answerWith(answer: Answer, data: unknown): Answer {
  return { ...answer, data, exchange: { ...answer.exchange, body: data } };
}

function bodyOf({ items }: Batch, list: readonly unknown[]): unknown {
  return items.reduceRight<unknown>((inner, token) => ({ [token]: inner }), list);
}

/** What a body takes beside its items. */
export function emptyBytes(batch: Batch): number {
  return bytesOf(JSON.stringify(bodyOf(batch, [])));
}

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
