import { admitCall } from "./admit-call.ts";
import type { Authorization } from "./auth/auth.ts";
import type { CallRun } from "./call-run.ts";
import type { Clock } from "./clock.ts";
import { concurrentCalls } from "./concurrent-calls.ts";
import type { Connector, OperationDescriptor, Policy } from "./descriptor.ts";
import { type Holder, Limit, type LimitError, type LimitRule } from "./limit.ts";
import { limitQueue } from "./limit-queue.ts";
import type { Priority } from "./operation.ts";
import type { Exchange } from "./pointer.ts";
import { MemoryRateStore } from "./stores/memory-rate-store.ts";
import type { SafeRateStore } from "./stores/rate-store.ts";
import { Lane } from "./waiting-line.ts";

/** Leave to send one attempt. Ended once, by one of the two. */
export interface Permit {
  /** Feeds what the answer says of the limits back, pauses the partition where it must, and frees the place. */
  settle(exchange: Exchange | undefined, error?: LimitError): void;
  /** The attempt was not sent after all: gives everything back. */
  release(): void;
}

/** Whose call it is; together with the operation this chooses the partition of every limit. */
interface Caller extends Holder {
  /** The mode of the credential: its tier, unless the client was given one. */
  readonly tier?: string | undefined;
  readonly priority: Priority;
}

/** All limits that the client itself keeps. */
export interface Limits {
  /**
   * Leave to send one attempt, without a promise when nothing has to wait. Rejects with QueueFullError when too many
   * calls wait or the wait does not fit the deadline, and with the signal's reason when it is aborted.
   */
  admit(operation: OperationDescriptor, caller: Caller, time: TimeToWait): Permit | Promise<Permit>;
  /** The same for an attempt of a call, which waits no longer than the call may. */
  admitCall(run: CallRun, authorization: Authorization | undefined): Permit | Promise<Permit>;
}

/** How long a call may wait. */
export interface TimeToWait {
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly deadlineAt: number;
  /** What ends then, for messages. */
  readonly bound?: "deadline" | "queue timeout";
  /** Ends a wait that has begun; absent: whoever waits does. */
  within?(permit: Promise<Permit>): Promise<Permit>;
}

/** What a client is given for its limits. */
export interface LimitOptions {
  readonly clock: Clock;
  readonly tier?: string | undefined;
  readonly rateStore?: SafeRateStore | undefined;
}

/** The limits of a client: a feature that generated code names. */
export type LimitsKind = (connector: Connector, options: LimitOptions) => Limits;

const ranks: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };

/** Calls at the same time, and those that wait for their turn; no rates. */
export const concurrencyLimits: LimitsKind = (_, { clock }) => limitCalls(clock, () => []);

/** Calls at the same time, and the further limits that `ratesOf` finds for a caller of an operation. */
export function limitCalls(
  clock: Clock,
  ratesOf: (operation: OperationDescriptor, caller: Caller) => readonly Limit[],
): Limits {
  const admit = limitQueue(clock);
  const running = new MemoryRateStore({ clock });
  /** The last caller's lane of each operation: clients mostly speak for one account at a time. */
  const lanes = new WeakMap<OperationDescriptor, { readonly caller: Caller; readonly lane: Lane }>();
  const laneOf = (operation: OperationDescriptor, caller: Caller): Lane => {
    const known = lanes.get(operation);
    if (known !== undefined && isSame(known.caller, caller)) return known.lane;
    // First the gate, because that costs nothing to give back.
    const gate = new Limit(running, gateRule(operation.policy), operation, caller);
    const lane = new Lane(caller.tenant, ranks[caller.priority], [gate, ...ratesOf(operation, caller)]);
    lanes.set(operation, { caller, lane });
    return lane;
  };
  const admitTo: Limits["admit"] = (operation, caller, time) => admit(laneOf(operation, caller), operation, time);
  return { admit: admitTo, admitCall: (run, authorization) => admitCall(admitTo, run, authorization) };
}

/** How many calls run at the same time; without rate limits also the pause after a 429. */
function gateRule({ concurrency, limitedBy }: Policy): LimitRule {
  const capacity = concurrency?.max ?? Number.POSITIVE_INFINITY;
  const gate = {
    use: concurrentCalls,
    capacity,
    refill: capacity,
    per: 1_000,
    partition: concurrency?.per ?? ["credential"],
    cost: 1,
    pauseOn: limitedBy.length === 0 ? ["RateLimitError"] : [],
  } as const;
  // Operations with figures of their own have a gate of their own.
  return { name: `gate ${capacity}/${concurrency?.queue}`, limit: gate, policy: gate, capacity, told: undefined };
}

function isSame(one: Caller, other: Caller): boolean {
  return one.credential === other.credential && one.tenant === other.tenant && one.priority === other.priority;
}
