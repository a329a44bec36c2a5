/** Tells the listeners of a connection about its calls. Made only when somebody listens. */
import type { Answer } from "./answer.ts";
import type { Authorization } from "./auth/auth.ts";
import type { BoundServer } from "./bound-operation.ts";
import type { CircuitsListener } from "./circuits.ts";
import type { Connection } from "./connection.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { createEmit, type Emit } from "./emit.ts";
import { type Issue, isConnectorError } from "./errors.ts";
import { type Failure, type Final, hasFailed, requestIdOf } from "./failure.ts";
import { ownOptions } from "./own-options.ts";
import type { Exchange } from "./pointer.ts";
import { printable } from "./printable.ts";
import { serverOf } from "./server-address.ts";
import type { AttemptEnd, CallEnd, CallInfo, TelemetryHooks, Wait } from "./telemetry.ts";

/** How an attempt ended, as the call path knows it. */
type Ended = Answer | { readonly failure: Failure; readonly exchange?: Exchange };

/** Those that listen to a connection. */
export interface Observer {
  readonly emit: Emit;
  watch(
    connection: Connection,
    operation: OperationDescriptor,
    tenant: string | undefined,
    signal: AbortSignal | undefined,
  ): CallWatch;
  /** Hears of the circuits at the operation's server. */
  circuits(server: BoundServer): CircuitsListener;
}

/** A runtime feature that the values of the option `telemetry` bring. */
export type WatchKind = (
  listeners: readonly TelemetryHooks[],
  of: { readonly provider: string; readonly version: string },
) => Observer;

export const watchCalls: WatchKind = (listeners, of) => {
  const emit = createEmit(listeners, of);
  return {
    emit,
    watch: (...call) => new CallWatch(emit, ...call),
    circuits({ connection, ready, base }) {
      const { provider, version } = connection.connector;
      const server = serverOf(ready.operation, base);
      return (tenant, state, openFor) => {
        const openUntil = state === "open" ? connection.clock.now() + openFor : undefined;
        emit("breaker", { provider, version, server, tenant, state, openUntil });
      };
    },
  };
};

export class CallWatch {
  readonly #emit: Emit;
  readonly #connection: Connection;
  readonly #operation: OperationDescriptor;
  readonly #call: CallInfo;
  readonly #signal: AbortSignal | undefined;
  readonly #at: number;
  #requests = 0;
  /** Tells the end of the request that is under way. */
  #close: ((end: Pick<AttemptEnd, "error" | "disposition" | "requestId">) => void) | undefined;
  /** The last answer. */
  #exchange: Exchange | undefined;

  constructor(
    emit: Emit,
    connection: Connection,
    operation: OperationDescriptor,
    tenant: string | undefined,
    signal: AbortSignal | undefined,
  ) {
    const { provider, version } = operation.connector;
    const { id, method, path } = operation;
    this.#emit = emit;
    this.#connection = connection;
    this.#operation = operation;
    this.#signal = signal;
    this.#call = { provider, version, operation: id, method, template: path, tenant };
    this.#at = connection.clock.mono();
    emit("callStart", this.#call);
  }

  /** Sees every request of an attempt, those after a redirect too. */
  fetch(attempt: number, authorization: Authorization | undefined): typeof fetch {
    const { fetch: send, redactor, clock } = this.#connection;
    for (const secret of authorization?.secrets ?? []) redactor.addSecret(secret);
    let traced: string | null = null;
    return async (target, init) => {
      this.#close?.({});
      const href = String(target);
      const headers = init?.headers as Headers;
      const server = serverOf(this.#operation, href);
      const request = { call: this.#call, attempt, resend: this.#requests++, server };
      const at = clock.mono();
      let status: number | undefined;
      this.#close = (end) => {
        this.#close = undefined;
        this.#emit("attemptEnd", { ...request, duration: clock.mono() - at, status, ...end });
      };
      this.#emit("attemptStart", {
        ...request,
        get url() {
          return redactor.url(href);
        },
        trace(traceparent) {
          if (!/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent))
            throw new TypeError("A traceparent is a version, a trace id, a span id and flags in lower-case hex.");
          // After a redirect the headers are those of the request before.
          const given = headers.get("traceparent");
          if (given !== null && given !== traced) return;
          headers.set("traceparent", traceparent);
          traced = traceparent;
        },
      });
      const response = await send(target, init);
      status = response.status;
      return response;
    };
  }

  /** Measures a wait of the call. */
  async waiting<T>(kind: Wait["for"], work: Promise<T>): Promise<T> {
    const { clock } = this.#connection;
    const start = clock.mono();
    try {
      return await work;
    } finally {
      this.#emit("wait", { call: this.#call, for: kind, duration: clock.mono() - start });
    }
  }

  attempted(ended: Ended): void {
    const { exchange } = ended;
    this.#exchange = exchange;
    const failure = hasFailed(ended) ? ended.failure : undefined;
    const error = failure && labelOf(failure, exchange);
    this.#close?.({ error, disposition: failure?.outcome?.disposition, requestId: this.#requestId });
    const { connector, redactor } = this.#connection;
    const notice = exchange && connector.deprecation?.use(exchange.headers, redactor);
    if (notice !== undefined) this.#emit("deprecation", { call: this.#call, ...notice });
  }

  retrying(attempt: number, delay: number, failure: Failure): void {
    this.#emit("retry", { call: this.#call, attempt, delay, error: labelOf(failure, this.#exchange) });
  }

  invalid(issues: readonly Issue[], message: string): void {
    this.#emit("invalid", { call: this.#call, issues, message });
  }

  succeeded(attempts: number): void {
    const { connector, redactor } = this.#connection;
    const exchange = this.#exchange!;
    const mismatch = connector.readEcho?.(connector, exchange, redactor);
    if (mismatch !== undefined) this.#emit("versionMismatch", { call: this.#call, ...mismatch });
    this.#end({ outcome: "success", effect: "applied", attempts, status: exchange.status });
  }

  failed(error: unknown, { attempts, effect }: Final): void {
    const aborted = this.#signal?.aborted === true;
    const own = !aborted && isConnectorError(error) ? error : undefined;
    const kind = aborted ? "aborted" : (own?.name ?? "unexpected");
    this.#close?.({ error: own?.code === "deadline" ? "deadline" : kind });
    this.#end({
      outcome: aborted ? "aborted" : "error",
      effect: own?.effect ?? effect,
      attempts: own?.attempts ?? attempts,
      status: own && (ownOptions(own) as { readonly status?: number }).status,
      error: printable(kind, 64),
      code: own?.code,
    });
  }

  #end(end: Omit<CallEnd, "call" | "duration" | "requestId" | "attributes">): void {
    const { clock, redactor } = this.#connection;
    const { readAttributes } = this.#operation.policy;
    const duration = clock.mono() - this.#at;
    const attributes = (this.#exchange && readAttributes?.(this.#operation, this.#exchange, redactor)) ?? {};
    this.#emit("callEnd", { call: this.#call, duration, requestId: this.#requestId, ...end, attributes });
  }

  get #requestId(): string | undefined {
    return this.#exchange && requestIdOf(this.#operation, this.#exchange, this.#connection.redactor);
  }
}

/** One of few: the status of an error answer, the name that a rule gives another answer, the system's code, or our own word. */
function labelOf({ label }: Failure, exchange: Exchange | undefined): string {
  if (exchange !== undefined)
    return exchange.status >= 400 ? String(exchange.status) : label.slice(label.indexOf(" ") + 1);
  // A transport may put anything into its code.
  return /^(?:[a-z ]+|[A-Z][A-Z0-9_]{1,63})$/.test(label) ? label.replaceAll(" ", "_") : "network_failure";
}
