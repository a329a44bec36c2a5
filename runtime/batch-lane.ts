/** Items of one client and tenant on their way to one batch operation. */
import type { Answer } from "./answer.ts";
import type { BoundOperation } from "./bound-operation.ts";
import { runCall } from "./call-run.ts";
import type { CallSettings } from "./call-settings.ts";
import type { Deadline } from "./deadline.ts";
import type { Batch } from "./descriptor.ts";
import { ConnectorError, createApiError, subject } from "./errors.ts";
import { contextOf } from "./failure.ts";
import type { CallOptions, Priority } from "./operation.ts";
import { readPath } from "./pointer.ts";

/** A call that waits to be sent with others, or for the answer to them all. */
export interface WaitingItem {
  readonly value: unknown;
  /** Bytes. */
  readonly size: number;
  readonly settings: CallSettings;
  readonly deadline: Deadline;
  isSent: boolean;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

const lanes = new WeakMap<object, Map<string, BatchLane>>();
const ranks: readonly Priority[] = ["low", "normal", "high"];

export class BatchLane {
  readonly #many: BoundOperation;
  readonly #batch: Batch;
  readonly #tenant: string | undefined;
  #waiting: WaitingItem[] = [];
  #bytes: number;
  /** Clock's time at which those that wait are sent. */
  #at = 0;
  #timer: AbortController | undefined;
  readonly #sent = new Map<WaitingItem, { readonly items: Set<WaitingItem>; readonly abort: AbortController }>();
  readonly #onEmpty: () => void;

  constructor(many: BoundOperation, batch: Batch, tenant: string | undefined, onEmpty: () => void) {
    this.#many = many;
    this.#batch = batch;
    this.#tenant = tenant;
    this.#bytes = emptyBytes(batch);
    this.#onEmpty = onEmpty;
  }

  /** The one lane for this operation, these credentials and this tenant, over all operations that are batched alike. */
  static of(many: BoundOperation, batch: Batch, tenant: string | undefined): BatchLane {
    // Without credentials the client itself tells lanes apart; views for tenants share its budget.
    const { auth = many.connection.budget } = many.connection;
    const { items, results, errors, maxItems, maxBytes, window, repeatable } = batch;
    const alike = [items, results, errors, maxItems, maxBytes, window, repeatable];
    const key = JSON.stringify([many.ready.operation.id, tenant ?? null, ...alike]);
    const own = lanes.get(auth) ?? new Map<string, BatchLane>();
    lanes.set(auth, own);
    const lane = own.get(key) ?? new BatchLane(many, batch, tenant, () => own.delete(key));
    own.set(key, lane);
    return lane;
  }

  add(item: WaitingItem): void {
    const { maxItems, maxBytes, window } = this.#batch;
    const { clock } = this.#many.connection;
    if (this.#bytes + item.size > maxBytes) this.#flush();
    this.#waiting.push(item);
    this.#bytes += item.size + 1;
    if (this.#waiting.length >= maxItems) {
      this.#flush();
      return;
    }
    // Whoever has little time does not spend it on company.
    const at = clock.mono() + Math.min(window, item.deadline.remaining / 2);
    if (this.#waiting.length > 1 && at >= this.#at) return;
    this.#at = at;
    this.#timer?.abort();
    const timer = new AbortController();
    this.#timer = timer;
    clock.sleep(at - clock.mono(), timer.signal).then(
      () => {
        if (!timer.signal.aborted) this.#flush();
      },
      (error) => {
        // A clock that fails must not keep calls for ever.
        if (!timer.signal.aborted) for (const one of this.#take()) one.reject(error);
      },
    );
  }

  /** The caller waits no longer: for an answer, or because it gave up. */
  leave(item: WaitingItem): void {
    const at = this.#waiting.indexOf(item);
    if (at !== -1) {
      this.#waiting.splice(at, 1);
      this.#bytes -= item.size + 1;
      if (this.#waiting.length === 0) this.#timer?.abort();
    }
    const sent = this.#sent.get(item);
    this.#sent.delete(item);
    sent?.items.delete(item);
    if (sent?.items.size === 0) sent.abort.abort();
    if (this.#waiting.length === 0 && this.#sent.size === 0) this.#onEmpty();
  }

  #take(): readonly WaitingItem[] {
    const items = this.#waiting;
    this.#waiting = [];
    this.#bytes = emptyBytes(this.#batch);
    this.#timer?.abort();
    return items;
  }

  #flush(): void {
    const items = this.#take();
    if (items.length === 0) return;
    const abort = new AbortController();
    const sent = { items: new Set(items), abort };
    for (const item of items) {
      item.isSent = true;
      this.#sent.set(item, sent);
    }
    const options: CallOptions = {
      signal: abort.signal,
      // A caller whose time is up leaves the others what they have.
      deadline: Math.max(1, ...items.map(({ deadline }) => deadline.remaining)),
      priority: ranks[Math.max(...items.map(({ settings }) => ranks.indexOf(settings.priority)))]!,
      ...(this.#tenant !== undefined && { tenant: this.#tenant }),
    };
    const list = items.map(({ value }) => value);
    const body = bodyOf(this.#batch, list);
    runCall(this.#many, { body }, options).then(
      (answer) => this.#settle(items, answer),
      (error) => {
        for (const item of items) item.reject(error);
      },
    );
  }

  #settle(items: readonly WaitingItem[], answer: Answer): void {
    const { results, errors } = this.#batch;
    // What the program gets, which need not be what the wire has.
    const { data: whole } = answer;
    const found = results && readPath(whole, results);
    const failed = errors && readPath(answer.exchange.body, errors);
    const fits = (list: unknown): list is readonly unknown[] => Array.isArray(list) && list.length === items.length;
    const isFine = failed === undefined || failed === null || (Array.isArray(failed) && failed.length === 0);
    if ((results !== undefined && !fits(found)) || !(isFine || fits(failed))) {
      const fault = this.#unmatched(answer, items.length);
      for (const item of items) item.reject(fault);
      return;
    }
    for (const [index, item] of items.entries()) {
      const error: unknown = isFine ? undefined : (failed as readonly unknown[])[index];
      if (isError(error)) {
        item.reject(this.#refused(answer, error));
        continue;
      }
      // What one caller does to its data is not for the others to see.
      const data = fits(found) ? found[index] : structuredClone(whole);
      item.resolve({ ...answer, data, exchange: { ...answer.exchange, body: data } });
    }
  }

  #refused({ exchange, meta }: Answer, error: unknown): ConnectorError {
    const { operation } = this.#many.ready;
    const { status, headers } = exchange;
    return createApiError(`${subject(operation)}: the batch was taken, but not this item of it.`, {
      ...contextOf(operation, { attempts: meta.attempts, effect: "none" }),
      ...{ name: "ApiError", base: "ApiError", code: "item", status, body: error, headers },
      requestId: meta.requestId,
    });
  }

  #unmatched({ meta }: Answer, count: number): ConnectorError {
    const { operation } = this.#many.ready;
    return new ConnectorError(
      `${subject(operation)}: the answer does not tell one result for each of the ${count} items of the batch, so none of them is known. Look them up at the provider.`,
      {
        ...contextOf(operation, { attempts: meta.attempts, effect: "unknown" }),
        code: "batch",
        requestId: meta.requestId,
      },
    );
  }
}

function bodyOf({ items }: Batch, list: readonly unknown[]): unknown {
  return items.reduceRight<unknown>((inner, token) => ({ [token]: inner }), list);
}

/** What a body takes beside its items. */
export function emptyBytes(batch: Batch): number {
  return new TextEncoder().encode(JSON.stringify(bodyOf(batch, []))).byteLength;
}

function isError(error: unknown): boolean {
  if (error === undefined || error === null || error === false || error === "") return false;
  return !(Array.isArray(error) && error.length === 0);
}
