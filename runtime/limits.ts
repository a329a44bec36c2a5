import { type Admission, type Change, giveBackAll, isPromise, type LimitError, type Slots } from "./admission.ts";
import { AdmissionQueue } from "./admission-queue.ts";
import type { Clock } from "./clock.ts";
import { Gates } from "./concurrency.ts";
import type { Connector, OperationDescriptor } from "./descriptor.ts";
import { QueueFullError, subject } from "./errors.ts";
import { gateAdmission, type Holder } from "./gate-admission.ts";
import { noTier } from "./no-tier.ts";
import type { Priority } from "./operation.ts";
import type { Exchange } from "./pointer.ts";
import type { LimitOptions } from "./rate-limits.ts";
import type { WaitingCall } from "./waiting-call.ts";
import type { Flow } from "./waiting-line.ts";

/** Leave to send one attempt. Ended once, by one of the two. */
export interface Permit {
  /** Feeds what the answer says of the limits back, pauses the partition where it must, and frees the place. */
  settle(exchange: Exchange | undefined, error?: LimitError): void;
  /** The attempt was not sent after all: gives everything back. */
  release(): void;
}

/** Whose call it is; together with the operation this chooses the partition of every limit. */
export interface Caller extends Holder {
  readonly tenant: string | undefined;
  /** `Authorization.credential`: opaque. */
  readonly credential: string;
  /** The mode of the credential: its tier, unless the client was given one. */
  readonly tier?: string | undefined;
  readonly priority: Priority;
}

/** All limits that the client itself keeps. */
export interface Limits {
  /**
   * Leave to send one attempt, without a promise when nothing has to wait. Throws or rejects with QueueFullError when
   * too many calls wait or the wait does not fit the deadline, and with the signal's reason when it is aborted.
   */
  admit(operation: OperationDescriptor, caller: Caller, wait: TimeToWait): Permit | Promise<Permit>;
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

/** Calls of one client that may wait, of all tenants together: memory has a bound even when no policy sets one. */
const MOST_WAITING = 50_000;

const ranks: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };

/** Everything that one caller's calls of one operation need. */
interface Route {
  readonly operation: OperationDescriptor;
  readonly caller: Caller;
  readonly admissions: readonly Admission[];
  /** Calls with the same name wait for the same things, in one lane. */
  readonly name: string;
  readonly flow: Flow;
  /** Where those that wait are counted. */
  readonly waitingRoom: string;
}

/** Creates the limits of a client. Throws a TypeError for a tier that no limit of the connector has. */
export function createLimits(connector: Connector, options: LimitOptions): Limits {
  const { clock, tier } = options;
  if (tier !== undefined && connector.rates === undefined) throw noTier(connector, tier);
  const gates = new Gates(clock);
  const queue = new AdmissionQueue(clock);
  const rates = connector.rates?.(connector, options);
  /** The last caller's route of each operation: clients mostly speak for one account at a time. */
  const routes = new WeakMap<OperationDescriptor, Route>();

  const routeOf = (operation: OperationDescriptor, caller: Caller): Route => {
    const known = routes.get(operation);
    if (known !== undefined && isSame(known.caller, caller)) return known;
    const gate = gateAdmission(gates, operation, caller);
    const named = operation.policy.limitedBy.length === 0 ? [] : rates!(operation, caller, caller.tier);
    const route = createRoute(operation, caller, [gate, ...named]);
    routes.set(operation, route);
    return route;
  };

  const tell = (key: string, change: Change) => (change === "room" ? queue.wake(key) : queue.expire(key));

  const settle = (admissions: readonly Admission[], slots: Slots, exchange?: Exchange, error?: LimitError) => {
    const changes: (Change | Promise<Change>)[] = [];
    for (let index = 0; index < admissions.length; index++)
      changes.push(admissions[index]!.settle(slots[index], exchange, error));
    for (let index = 0; index < admissions.length; index++) {
      const { key } = admissions[index]!;
      const change = changes[index]!;
      // A shared store is asked at the time that it told; asking at the end of every call would double its work.
      if (isPromise(change)) change.then((late) => late === "pause" && tell(key, late)).catch(() => {});
      else if (queue.size > 0) tell(key, change);
    }
  };

  const permit = ({ admissions }: Route, slots: Slots): Permit => {
    let isOpen = true;
    return {
      settle(exchange, error) {
        if (isOpen) settle(admissions, slots, exchange, error);
        isOpen = false;
      },
      release() {
        if (isOpen) giveBackAll(admissions, slots);
        isOpen = false;
        for (const { key } of admissions) queue.wake(key);
      },
    };
  };

  return {
    admit(operation, caller, wait) {
      const route = routeOf(operation, caller);
      const waiting = () => waitingCall(route, wait, gates, clock);
      const slots = queue.admit(route.name, route.flow, route.admissions, waiting);
      return isPromise(slots) ? slots.then((late) => permit(route, late)) : permit(route, slots);
    },
  };
}

function isSame(one: Caller, other: Caller): boolean {
  return one.credential === other.credential && one.tenant === other.tenant && one.priority === other.priority;
}

/** First its gate, because that costs nothing to give back. */
function createRoute(operation: OperationDescriptor, caller: Caller, admissions: readonly Admission[]): Route {
  // Quoted, so that no tenant can write itself into another's lane.
  const tenant = JSON.stringify(caller.tenant ?? "");
  const flow = { tenant, rank: ranks[caller.priority] };
  const [gate] = admissions;
  return {
    operation,
    caller,
    admissions,
    name: [flow.rank, tenant, ...admissions.map(({ key }) => key)].join("\n"),
    flow,
    waitingRoom: `${gate!.key}\n${tenant}`,
  };
}

function waitingCall({ operation, waitingRoom }: Route, wait: TimeToWait, gates: Gates, clock: Clock): WaitingCall {
  const { concurrency } = operation.policy;
  const refuse = (code: "queue" | "wait", problem: string, retryAt?: number) => {
    const { provider, version } = operation.connector;
    const context = { provider, version, operation: operation.id, effect: "none", code, retryAt } as const;
    return new QueueFullError(`${subject(operation)}: ${problem}`, context);
  };
  return {
    signal: wait.signal,
    deadlineAt: wait.deadlineAt,
    onQueue(waiting) {
      if (waiting >= MOST_WAITING)
        throw refuse("queue", `${MOST_WAITING} calls already wait in this client. Send fewer at the same time.`);
      if (gates.queue(waitingRoom, concurrency)) return;
      const problem = `${concurrency?.queue} calls already wait here. Send fewer at the same time, or raise concurrency.queue.`;
      throw refuse("queue", problem);
    },
    onUnqueue: () => gates.unqueue(waitingRoom),
    tooLate(milliseconds) {
      const { bound = "deadline" } = wait;
      const problem = `the rate limit admits this call in ${Math.ceil(milliseconds / 100) / 10} s, after its ${bound}. Try again at retryAt, or give it a longer ${bound}.`;
      return refuse("wait", problem, clock.now() + milliseconds);
    },
  };
}
