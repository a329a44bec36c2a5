import type { BoundOperation } from "./bound-operation.ts";
import type { CallRun } from "./call-run.ts";
import type { Circuit, Health } from "./circuit.ts";
import { Circuits } from "./circuits.ts";
import type { CircuitBreakerPolicy } from "./descriptor.ts";
import { CircuitOpenError } from "./errors.ts";
import { callError, type Failure, type Final } from "./failure.ts";
import type { Exchange } from "./pointer.ts";

/** What a client keeps of its circuits: by origin and figures, so that operations with the same ones share them. */
export type BreakerStates = Map<string, Circuits>;

/** One call's way past the circuits; each attempt enters and settles. */
export interface CallGuard {
  /**
   * Enters, waiting while a circuit does not let the call through. Rejects with CircuitOpenError when that cannot fit
   * the deadline, and with the signal's reason when the call is aborted. No promise when there is nothing to wait for.
   */
  enter(run: GuardedRun): Promise<void> | undefined;
  /** Whether a circuit has moved since the attempt entered: then it must not be sent. */
  readonly isStale: boolean;
  /** Tells how the attempt ended. Only the first time counts; undefined when it was not sent or the caller gave up. */
  settle(end: AttemptEnd | undefined): void;
}

/** The call that an attempt belongs to. */
export type GuardedRun = Pick<CallRun, "deadline" | "final" | "within">;

/** `data` when the provider answered with a success. */
export type AttemptEnd = { readonly data: unknown } | { readonly failure: Failure; readonly exchange?: Exchange };

/** A runtime feature: `circuitGuard`. The operation's policy has a `circuitBreaker`. */
export type BreakerKind = (bound: BoundOperation, tenant: string | undefined) => CallGuard;

/** Stops calls for a while when the provider is down, and lets it come back with a few probes. */
export const circuitGuard: BreakerKind = (bound, tenant) => new Guard(bound, tenant);

class Guard implements CallGuard {
  readonly #bound: BoundOperation;
  readonly #tenant: string | undefined;
  readonly #circuits: Circuits;
  #stamp: number | undefined;

  constructor(bound: BoundOperation, tenant: string | undefined) {
    this.#bound = bound;
    this.#tenant = policyOf(bound).scope === "server" ? undefined : tenant;
    this.#circuits = circuitsOf(bound);
  }

  enter(run: GuardedRun): Promise<void> | undefined {
    const entered = this.#circuits.enter(this.#tenant);
    if (typeof entered !== "number")
      return run.within(this.#wait(entered, run), "waiting for the provider to recover", "breaker");
    this.#stamp = entered;
    return undefined;
  }

  get isStale(): boolean {
    return this.#stamp !== undefined && this.#circuits.isStale(this.#tenant, this.#stamp);
  }

  settle(end: AttemptEnd | undefined): void {
    if (this.#stamp === undefined) return;
    const health = end && healthOf(policyOf(this.#bound), end);
    this.#circuits.settle(this.#tenant, this.#stamp, health);
    this.#stamp = undefined;
  }

  async #wait(first: Circuit, { deadline, final }: GuardedRun): Promise<void> {
    const bound = this.#bound;
    // As many as may wait for a place may wait for the circuit: they ask for places together when it closes.
    const most = bound.ready.operation.policy.concurrency?.queue ?? Number.POSITIVE_INFINITY;
    let entered: number | Circuit = first;
    while (typeof entered !== "number") {
      const time = entered.wait();
      if (time >= deadline.remaining) throw refusal(bound, entered.state === "open" ? "open" : "probing", time, final);
      if (entered.sleepers.size >= most) throw refusal(bound, "queue", time, final);
      const { signal } = deadline;
      await entered.sleep(time, signal);
      signal.throwIfAborted();
      entered = this.#circuits.enter(this.#tenant);
    }
    this.#stamp = entered;
  }
}

function refusal(
  { connection, origin, ready }: BoundOperation,
  code: keyof typeof reasons,
  time: number,
  known: Final,
): CircuitOpenError {
  const { operation } = ready;
  const final: Final = { ...known, retryAt: connection.clock.now() + time };
  const text = `${origin} keeps failing, so calls to it are held back ${reasons[code]}`;
  return callError(operation, CircuitOpenError, text, final, { code });
}

const reasons: Readonly<Record<CircuitOpenError["code"], string>> = {
  open: "until after this call's deadline",
  probing: "while a few calls probe it, perhaps until after this call's deadline",
  queue: "and too many already wait for it",
};

function policyOf({ ready }: BoundOperation): CircuitBreakerPolicy {
  return ready.operation.policy.circuitBreaker!;
}

const known = new WeakMap<BoundOperation, Circuits>();

/** Looked up once for each bound operation. */
function circuitsOf(bound: BoundOperation): Circuits {
  let circuits = known.get(bound);
  if (circuits === undefined) {
    const { connector, breakers, breakerStore, clock, observer } = bound.connection;
    const policy = policyOf(bound);
    const key = `${bound.origin} ${JSON.stringify(policy)}`;
    circuits = breakers.get(key);
    if (circuits === undefined) {
      const parts = [policy, clock, observer?.circuits(bound)] as const;
      circuits = breakerStore?.circuits(`${connector.provider}:${bound.origin}`, ...parts) ?? new Circuits(...parts);
    }
    breakers.set(key, circuits);
    known.set(bound, circuits);
  }
  return circuits;
}

function healthOf({ counts }: CircuitBreakerPolicy, end: AttemptEnd): Health {
  const kind = "data" in end ? undefined : failureKind(end);
  if (kind !== undefined && counts.includes(kind)) return "failed";
  // Whoever did not even connect has not seen the provider work.
  return kind === "connect" ? undefined : "well";
}

/** What a failure says of the provider; undefined: that it works, since a complete answer came. */
function failureKind({
  failure: { outcome, effect },
  exchange,
}: Extract<AttemptEnd, { failure: Failure }>): CircuitBreakerPolicy["counts"][number] | undefined {
  if (outcome === undefined) return undefined;
  if (exchange === undefined) return effect === "none" ? "connect" : "ambiguous";
  if (outcome.throttled) return "throttled";
  const { status } = exchange;
  return status >= 500 || (status < 400 && outcome.disposition === "ambiguous") ? "ambiguous" : undefined;
}
