import type { BoundServer } from "./bound-operation.ts";
import type { CallRun } from "./call-run.ts";
import { Circuit, type Health } from "./circuit.ts";
import { Circuits } from "./circuits.ts";
import type { CircuitBreakerPolicy } from "./descriptor.ts";
import { CircuitOpenError } from "./errors.ts";
import { callError, type Failure, type Final, hasFailed } from "./failure.ts";
import type { Exchange } from "./pointer.ts";

/** What a client keeps of its circuits: by origin and figures, so that operations with the same ones share them. */
export type BreakerStates = Map<string, Circuits>;

/** The way of an operation's calls past the circuits of its server; each attempt waits, enters and settles. */
export interface CallGuard {
  /**
   * Waits while a circuit does not let the call through. Rejects with CircuitOpenError when that cannot fit the deadline,
   * and with the signal's reason when the call is aborted. No promise when there is nothing to wait for.
   */
  wait(run: GuardedRun): Promise<void> | undefined;
  /** Right before the attempt is sent; false when it must wait again, since a circuit has moved. */
  enter(run: GuardedRun): boolean;
  /** Tells how the attempt ended, if it entered; undefined when it was not sent or the caller gave up. */
  settle(run: GuardedRun, end: AttemptEnd | undefined): void;
}

/** The call that an attempt belongs to. */
type GuardedRun = Pick<CallRun, "settings" | "deadline" | "final" | "within" | "entry">;

/** `data` when the provider answered with a success. */
export type AttemptEnd = { readonly data: unknown } | { readonly failure: Failure; readonly exchange?: Exchange };

/** A runtime feature: `circuitGuard`. The operation's policy has a `circuitBreaker`. */
export type BreakerKind = (server: BoundServer) => CallGuard;

/** Stops calls for a while when the provider is down, and lets it come back with a few probes. */
export const circuitGuard: BreakerKind = (server) => {
  const { connection, origin, ready } = server;
  const { operation } = ready;
  const policy = operation.policy.circuitBreaker!;
  // As many as may wait for a place may wait for the circuit: they ask for places together when it closes.
  const mostWaiting = operation.policy.concurrency?.queue ?? Number.POSITIVE_INFINITY;
  const circuits = circuitsOf(server, policy);

  async function wait(first: Circuit, run: GuardedRun): Promise<void> {
    const { deadline, settings } = run;
    for (let closed: Circuit | undefined = first; closed !== undefined; closed = circuits.closed(settings.tenant)) {
      const time = closed.wait();
      const isLate = time >= deadline.remaining;
      if (isLate || closed.sleepers.size >= mostWaiting) {
        const code = isLate ? (closed.state === "open" ? "open" : "probing") : "queue";
        const text = `${origin} keeps failing, so calls to it are held back ${reasons[code]}`;
        const final: Final = { ...run.final, retryAt: connection.clock.now() + time };
        throw callError(operation, CircuitOpenError, text, final, { code });
      }
      const { signal } = deadline;
      await closed.sleep(time, signal);
      signal.throwIfAborted();
    }
  }

  return {
    wait(run) {
      const closed = circuits.closed(run.settings.tenant);
      return closed && run.within(wait(closed, run), "waiting for the provider to recover", "breaker");
    },
    enter(run) {
      const entered = circuits.enter(run.settings.tenant);
      if (entered instanceof Circuit) return false;
      run.entry = entered;
      return true;
    },
    settle(run, end) {
      if (run.entry !== undefined) circuits.settle(run.entry, end && healthOf(policy, end));
      run.entry = undefined;
    },
  };
};

const reasons: Readonly<Record<CircuitOpenError["code"], string>> = {
  open: "until after this call's deadline",
  probing: "while a few calls probe it, perhaps until after this call's deadline",
  queue: "and too many already wait for it",
};

function circuitsOf(server: BoundServer, policy: CircuitBreakerPolicy): Circuits {
  const { connection, origin } = server;
  const { connector, breakers, breakerStore, clock, observer } = connection;
  const key = `${origin} ${JSON.stringify(policy)}`;
  let circuits = breakers.get(key);
  if (circuits === undefined) {
    const parts = [policy, clock, observer?.circuits(server)] as const;
    circuits = breakerStore?.circuits(`${connector.provider}:${origin}`, ...parts) ?? new Circuits(...parts);
    breakers.set(key, circuits);
  }
  return circuits;
}

function healthOf({ counts }: CircuitBreakerPolicy, end: AttemptEnd): Health {
  const kind = hasFailed(end) ? failureKind(end) : undefined;
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
