/** Answers that are handed over while their body still comes: what the call path gives, and how its bytes are read. */
import type { Answer } from "./answer.ts";
import type { CallRun } from "./call-run.ts";
import type { OperationDescriptor, StreamRule } from "./descriptor.ts";
import { isConnectorError } from "./errors.ts";
import { worst } from "./failure.ts";
import { IdleTimeout } from "./idle-timeout.ts";
import type { Call } from "./operation.ts";
import { announcedLength, responseKind, TooLarge, Truncated } from "./response.ts";

/** A success of which only the head has been read. */
export interface UnreadBody {
  readonly response: Response;
  readonly method: string;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** Longest wait for the next bytes, in milliseconds. */
  readonly idle: number;
  /** Largest single item, in bytes. */
  readonly max: number;
  /** The error that the caller gets for a fault while reading. */
  fault(error: unknown): unknown;
  /** Reads the JSON text of one item, where the policy coerces values of it. */
  readonly parse: ((text: string, what: string) => unknown) | undefined;
  /** Validates one item, as strictly as the policy says. */
  check(item: unknown): void | Promise<void>;
}

/** Takes a body over: the data of the answer. Undefined: it is read as usual. */
export type BodyTaker = (body: UnreadBody) => unknown;

/** Asked with each answer of an attempt: takes its body over, or gives undefined. */
export type BodyOffer = (run: CallRun, response: Response) => unknown;

/** Makes the call of an operation whose answers can be streams. */
export type StreamKind = (start: (offer: BodyOffer) => Promise<Answer>, rule: StreamRule) => Call<unknown, unknown>;

/** Offers the body of a success to whoever wants it unread; from there on only idle time and the caller's abort end it. */
export function offerTo(take: BodyTaker): BodyOffer {
  return (run, response) => {
    const { operation, settings } = run;
    const { caller: signal } = run.deadline;
    if (!isTakeable(operation, response.status)) return undefined;
    const final = { attempts: run.sent, effect: "applied" } as const;
    return take({
      response,
      method: operation.method,
      signal,
      idle: settings.timeout,
      max: operation.policy.maxResponse,
      parse: itemParser(operation),
      fault: (error) => {
        if (signal?.aborted) return signal.reason;
        if (isConnectorError(error)) return error;
        const { failure } = run.broken(error);
        return failure.toError({ ...run.final, effect: worst(run.effect, failure.effect) });
      },
      check: (item) => run.bound.checks?.item(run, response.status, item, final),
    });
  };
}

/** Reads the items of a stream, where the policy coerces values of them. */
function itemParser({ coerce, connector }: OperationDescriptor): UnreadBody["parse"] {
  const nodes = coerce && Object.hasOwn(coerce, "items") ? coerce["items"] : undefined;
  if (nodes === undefined) return undefined;
  const { use, shapes } = connector.coerce!;
  return (text, what) => use(text, what, nodes, shapes, false).data;
}

/** Whether an answer with this status may be handed over unread. */
function isTakeable({ method, stream, responses }: OperationDescriptor, status: number): boolean {
  if (method === "HEAD" || status < 200 || status >= 300) return false;
  const kind = responseKind(responses, status);
  return kind === "stream" || kind === "bytes" || stream?.accept !== undefined;
}

/** setTimeout fires at once for anything longer. */
const longestTimer = 0x7fff_ffff;

/**
 * The bytes of an unread body, piece by piece. Each wait has the idle limit; the caller's abort ends it at once and
 * closes the connection, also while nobody reads.
 */
export class ByteSource {
  readonly #body: UnreadBody;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  readonly #announced: number | undefined;
  #received: number = 0;
  #failed: { readonly reason: unknown } | undefined;
  #interrupt: ((reason: unknown) => void) | undefined;
  readonly #onAbort = (): void => this.fail(this.#body.signal?.reason);

  constructor(body: UnreadBody) {
    const { response, method, signal } = body;
    this.#body = body;
    this.#reader = response.body?.getReader();
    this.#announced = announcedLength(response, response.status, method);
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted) this.#onAbort();
  }

  /** The next piece; undefined at the end. Rejects with what went wrong, as the transport says it. */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#failed !== undefined) throw this.#failed.reason;
    if (this.#reader === undefined) return undefined;
    const { done, value } = await this.#guard(this.#reader.read());
    if (done) {
      const { byteCount, announced } = { byteCount: this.#received, announced: this.#announced };
      if (announced !== undefined && announced !== byteCount)
        throw new Truncated(`${byteCount} bytes came, ${announced} were announced`);
      return undefined;
    }
    this.#received += value.byteLength;
    return value;
  }

  /** Frees the connection; nothing is read any more. */
  close(): void {
    this.#body.signal?.removeEventListener("abort", this.#onAbort);
    // A body that ended or broke cannot be cancelled, and nobody needs to know.
    this.#reader?.cancel().catch(() => {});
  }

  /** Ends the source with a reason: the pending read, and every later one. */
  fail(reason: unknown): void {
    this.#failed ??= { reason };
    this.close();
    this.#interrupt?.(reason);
  }

  #guard<T>(work: Promise<T>): Promise<T> {
    const { idle } = this.#body;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => this.fail(new IdleTimeout(idle)), Math.min(idle, longestTimer));
      const end = (): void => {
        clearTimeout(timer);
        this.#interrupt = undefined;
      };
      this.#interrupt = (reason) => {
        end();
        reject(reason);
      };
      // After an interrupt the promise is settled, and what the reader still says is nobody's concern.
      work.then(
        (value) => {
          if (this.#failed !== undefined) return;
          end();
          resolve(value);
        },
        (error) => {
          if (this.#failed !== undefined) return;
          end();
          reject(error);
        },
      );
    });
  }
}

/** What is left of an item that has not come whole, under a limit. */
export class Pending {
  #pieces: string[] = [];
  #length: number = 0;
  readonly #body: UnreadBody;

  constructor(body: UnreadBody) {
    this.#body = body;
  }

  add(text: string): void {
    if (text === "") return;
    this.#length += text.length;
    if (this.#length > this.#body.max)
      throw new TooLarge(`an item has more than the allowed ${this.#body.max} bytes`, this.#body.response.status);
    this.#pieces.push(text);
  }

  /** All of it with this end; nothing is left behind. */
  take(end: string): string {
    this.add(end);
    const text = this.#pieces.length === 1 ? this.#pieces[0]! : this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    return text;
  }
}
