/** Answers that are handed over while their body still comes: what the call path gives, and how its bytes are read. */
import type { Answer } from "./answer.ts";
import type { CallRun } from "./call-run.ts";
import { Deadline } from "./deadline.ts";
import type { OperationDescriptor, StreamRule } from "./descriptor.ts";
import { isConnectorError } from "./errors.ts";
import { worst } from "./failure.ts";
import { IdleTimeout } from "./idle-timeout.ts";
import type { Call } from "./operation.ts";
import { announcedLength, responseKind, Truncated } from "./response.ts";
import type { TakenBody } from "./transport.ts";

/**
 * A success of which only the head has been read. Each wait for bytes has the attempt timeout; the caller's abort ends it
 * at once and closes the connection, also while nobody reads.
 */
export interface UnreadBody {
  readonly response: Response;
  /** Largest single item, in bytes. */
  readonly max: number;
  /** The next piece; undefined at the end. Rejects with the error that the caller gets. */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Frees the connection; nothing is read any more. */
  close(): void;
  /** The error that the caller gets for a fault in what was read. */
  fault(error: unknown): unknown;
  /** Reads the JSON text of one item, where the policy coerces values of it. */
  readonly parse: ((text: string, what: string) => unknown) | undefined;
  /** Validates one item, as strictly as the policy says. */
  check(item: unknown): void | Promise<void>;
}

/** Asked with each answer of an attempt: takes its body over, or gives undefined. */
export type BodyOffer = (run: CallRun, response: Response) => TakenBody | undefined;

/** Makes the call of an operation whose answers can be streams. */
export type StreamKind = (start: (offer: BodyOffer) => Promise<Answer>, rule: StreamRule) => Call<unknown, unknown>;

/**
 * Offers the body of a success to whoever wants it unread; from there on only idle time and the caller's abort end it.
 * What `take` gives is the data of the answer. `checkHead` throws for a head that is not the expected one.
 */
export function offerTo(take: (body: UnreadBody) => TakenBody, checkHead?: (response: Response) => void): BodyOffer {
  return (run, response) => {
    const { operation } = run;
    const { caller: signal } = run.deadline;
    const idle = run.settings.timeout;
    const { clock } = run.bound.connection;
    if (!isTakeable(operation, response.status)) return undefined;
    checkHead?.(response);
    const final = { attempts: run.sent, effect: "applied" } as const;
    const fault = (error: unknown): unknown => {
      if (signal?.aborted) return signal.reason;
      if (isConnectorError(error)) return error;
      const { failure } = run.broken(error);
      return failure.toError({ ...run.final, effect: worst(run.effect, failure.effect) });
    };
    const announced = announcedLength(response, response.status, operation.method);
    const reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> = response.body!.getReader();
    const time = new Deadline(clock, Number.POSITIVE_INFINITY, signal);
    // Aborted by the caller, or by a silence that was too long.
    const { signal: end } = time;
    let isOpen = true;
    const close = (): void => {
      isOpen = false;
      time.close();
      // A body that ended or broke cannot be cancelled, and nobody needs to know.
      reader.cancel().catch(() => {});
    };
    end.addEventListener("abort", close);
    if (signal?.aborted) close();
    let received = 0;
    return take({
      response,
      max: operation.policy.maxResponse,
      async read() {
        try {
          end.throwIfAborted();
          const { done, value } = await time.guard(reader.read(), idle, () => new IdleTimeout(idle));
          received += value?.byteLength ?? 0;
          if (!done) return value;
          if (isOpen && announced !== undefined && announced !== received)
            throw new Truncated(`${received} bytes came, ${announced} were announced`);
        } catch (error) {
          close();
          throw fault(error);
        }
        close();
        return undefined;
      },
      close,
      fault,
      parse: itemParser(operation),
      check: (item) => run.bound.checks?.item(run, response.status, item, final),
    });
  };
}

/** Reads the items of a stream, where the policy coerces values of them. */
function itemParser({ coerce, connector }: OperationDescriptor): UnreadBody["parse"] {
  const nodes = coerce && Object.hasOwn(coerce, "items") ? coerce["items"] : undefined;
  if (nodes === undefined) return undefined;
  const coercions = connector.coerce!;
  return (text, what) => coercions.use(text, what, nodes, coercions, false).data;
}

/** Whether an answer with this status may be handed over unread. */
function isTakeable({ method, stream, responses }: OperationDescriptor, status: number): boolean {
  if (method === "HEAD" || status < 200 || status >= 300) return false;
  const kind = responseKind(responses, status);
  return kind === "stream" || kind === "bytes" || stream?.accept !== undefined;
}
