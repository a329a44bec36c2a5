import type { Admission } from "./admission.ts";
import { isPromise } from "./admission.ts";
import { AdmissionQueue, type QueuedCall } from "./admission-queue.ts";
import type { Clock } from "./clock.ts";
import { Gates } from "./concurrency.ts";
import type { Connector, OperationDescriptor, RateLimit } from "./descriptor.ts";
import { QueueFullError, subject } from "./errors.ts";
import { readFeedback } from "./feedback.ts";
import type { Exchange } from "./pointer.ts";
import { printable } from "./printable.ts";
import { MemoryRateStore } from "./stores/memory-rate-store.ts";
import type { RateFeedback, RatePolicy, RateStore } from "./stores/rate-store.ts";

/** How an answered attempt failed, as far as limits care. */
export interface LimitError {
  /** The name that error rules gave it. */
  readonly name: string;
  /** False: this one says nothing about the rest of the partition. */
  readonly pause: boolean;
  /** Milliseconds that the server asked to wait. */
  readonly wait?: number;
}

/** Leave to send one attempt. */
export interface Permit {
  /** Feeds what the answer says of the limits back, pauses the partition where it must, and frees the place. Once. */
  settle(exchange: Exchange | undefined, error?: LimitError): void;
}

/** Whose call it is; together with the operation this chooses the partition of every limit. */
export interface Caller {
  readonly tenant: string | undefined;
  /** `Authorization.credential`: opaque. */
  readonly credential: string;
  /** The mode of the credential: its tier, unless the client was given one. */
  readonly tier?: string;
}

/** All limits that the client itself keeps. */
export interface Limits {
  /**
   * Leave to send one attempt, without a promise when nothing has to wait. Throws or rejects with QueueFullError when
   * too many calls wait or the wait does not fit the deadline, and with the signal's reason when it is aborted.
   */
  admit(
    operation: OperationDescriptor,
    caller: Caller,
    wait: { readonly signal: AbortSignal; readonly deadlineAt: number },
  ): Permit | Promise<Permit>;
}

/** A wrong header must not silence a client for good: after an hour the provider is asked again. */
const LONGEST_PAUSE = 3_600_000;

/** Even a limit that is reserved for others admits something now and then; dividing by nothing would admit everything. */
const SMALLEST_SHARE = 0.01;

interface NamedLimit {
  readonly name: string;
  readonly limit: RateLimit;
  /** Before the reserve. */
  readonly capacity: number;
  readonly policy: RatePolicy;
}

/** Everything that one caller's calls of one operation need. */
interface Route {
  readonly operation: OperationDescriptor;
  readonly limits: readonly NamedLimit[];
  readonly keys: readonly string[];
  readonly gate: string;
  readonly lane: string;
  readonly admissions: readonly Admission[];
  readonly caller: Caller;
}

/** Creates the limits of a client. Throws a TypeError for a tier that no limit of the connector has. */
export function createLimits(
  connector: Connector,
  options: { readonly clock: Clock; readonly tier?: string | undefined; readonly rateStore?: RateStore | undefined },
): Limits {
  const { clock } = options;
  const store = options.rateStore ?? new MemoryRateStore({ clock });
  const gates = new Gates(clock);
  const queue = new AdmissionQueue(clock);
  const limitsOf = tieredLimits(connector, options.tier);
  /** The last caller's route of each operation: clients mostly speak for one account at a time. */
  const routes = new WeakMap<OperationDescriptor, Route>();

  const routeOf = (operation: OperationDescriptor, caller: Caller): Route => {
    const known = routes.get(operation);
    if (known?.caller.credential === caller.credential && known.caller.tenant === caller.tenant) return known;
    const route = createRoute(connector, operation, caller, limitsOf(caller.tier), store, gates);
    routes.set(operation, route);
    return route;
  };

  const settle = (route: Route, exchange: Exchange | undefined, error: LimitError | undefined) => {
    const changed: string[] = [];
    const paused: string[] = [];
    for (const [index, named] of route.limits.entries()) {
      const key = route.keys[index]!;
      const feedback = feedbackOf(named, route.operation, exchange, error, clock.now());
      if (feedback === undefined) continue;
      const stored = store.feedback(key, named.policy, feedback);
      if (isPromise(stored)) stored.catch(() => {});
      (feedback.pause === undefined ? changed : paused).push(key);
    }
    if (route.limits.length === 0 && error?.pause && error.name === "RateLimitError") {
      gates.pause(route.gate, pauseOf(route.operation, error));
      paused.push(route.gate);
    }
    gates.leave(route.gate);
    for (const key of paused) queue.expire(key);
    for (const key of changed) queue.wake(key);
    queue.wake(route.gate);
  };

  const permit = (route: Route): Permit => {
    let open = true;
    return {
      settle(exchange, error) {
        if (!open) return;
        open = false;
        settle(route, exchange, error);
      },
    };
  };

  return {
    admit(operation, caller, wait) {
      const route = routeOf(operation, caller);
      const queued = queue.admit(route.lane, route.admissions, () => queuedCall(route, wait, gates, clock));
      return queued === undefined ? permit(route) : queued.then(() => permit(route));
    },
  };
}

/** The limits of a tier: the client's own, else that of the credential where the provider has it. */
function tieredLimits(
  connector: Connector,
  own: string | undefined,
): (tier: string | undefined) => ReadonlyMap<string, NamedLimit> {
  const usual = namedLimits(connector, own);
  const others = new Map<string, ReadonlyMap<string, NamedLimit>>();
  return (tier) => {
    if (tier === undefined || own !== undefined) return usual;
    let limits = others.get(tier);
    if (limits === undefined) {
      const known = Object.values(connector.rateLimits).some((limit) => Object.hasOwn(limit.tiers ?? {}, tier));
      limits = known ? namedLimits(connector, tier) : usual;
      others.set(tier, limits);
    }
    return limits;
  };
}

function namedLimits(connector: Connector, tier: string | undefined): ReadonlyMap<string, NamedLimit> {
  const limits = new Map<string, NamedLimit>();
  const tiers = new Set<string>();
  for (const [name, limit] of Object.entries(connector.rateLimits)) {
    for (const known of Object.keys(limit.tiers ?? {})) tiers.add(known);
    const figures = tier !== undefined && Object.hasOwn(limit.tiers ?? {}, tier) ? limit.tiers![tier]! : limit;
    const share = Math.max(SMALLEST_SHARE, 1 - limit.reserve);
    const policy = {
      use: limit.use,
      capacity: Math.max(1, figures.capacity * share),
      per: figures.per,
      refill: figures.refill * share,
    };
    limits.set(name, { name, limit, capacity: figures.capacity, policy });
  }
  if (tier !== undefined && !tiers.has(tier)) {
    const known = [...tiers].map((each) => `"${printable(each)}"`).join(", ") || "none";
    throw new TypeError(`${connector.provider} has no tier "${printable(tier)}"; known tiers: ${known}.`);
  }
  return limits;
}

function createRoute(
  connector: Connector,
  operation: OperationDescriptor,
  caller: Caller,
  all: ReadonlyMap<string, NamedLimit>,
  store: RateStore,
  gates: Gates,
): Route {
  const { concurrency, limitedBy } = operation.policy;
  const limits: NamedLimit[] = [];
  const admissions: Admission[] = [];
  for (const name of limitedBy) {
    const named = all.get(name);
    if (named === undefined) throw new TypeError(`${subject(operation)}: unknown rate limit "${printable(name)}".`);
    const { policy, limit } = named;
    const key = partitionKey(connector, named, operation, caller);
    limits.push(named);
    admissions.push({
      key,
      take: (ahead) => store.take(key, policy, limit.cost, ahead * limit.cost),
      giveBack: (slot) => store.giveBack(key, policy, limit.cost, slot),
    });
  }
  const keys = admissions.map(({ key }) => key);
  // Operations with figures of their own have a gate of their own.
  const gate = `${connector.provider} gate ${caller.credential} ${concurrency?.max ?? "-"}/${concurrency?.queue ?? "-"}`;
  // First, because it costs nothing to give back.
  admissions.unshift({
    key: gate,
    take: (ahead) => (ahead > 0 ? { ok: false, wait: gates.paused(gate) } : gates.enter(gate, concurrency)),
    giveBack: () => gates.leave(gate),
  });
  return { operation, limits, keys, gate, lane: [gate, ...keys].join("\n"), admissions, caller };
}

/** Names and identifiers are escaped, so that no tenant can write itself into another's partition. */
function partitionKey(connector: Connector, named: NamedLimit, operation: OperationDescriptor, caller: Caller): string {
  const parts = named.limit.partition.map((part) => {
    const value = part === "tenant" ? caller.tenant : part === "operation" ? operation.id : caller.credential;
    return `${part}=${encodeURIComponent(value ?? "")}`;
  });
  return [connector.provider, named.name, ...parts].join(":");
}

function feedbackOf(
  { limit, capacity }: NamedLimit,
  operation: OperationDescriptor,
  exchange: Exchange | undefined,
  error: LimitError | undefined,
  now: number,
): RateFeedback | undefined {
  const told = exchange && readFeedback(limit, capacity, exchange, now);
  if (!error?.pause || !limit.pauseOn.includes(error.name)) return told;
  return { ...told, pause: pauseOf(operation, error) };
}

function pauseOf(operation: OperationDescriptor, error: LimitError): number {
  return Math.min(error.wait ?? operation.policy.retry.backoff.throttled, LONGEST_PAUSE);
}

function queuedCall(
  route: Route,
  wait: { readonly signal: AbortSignal; readonly deadlineAt: number },
  gates: Gates,
  clock: Clock,
): QueuedCall {
  const { operation, gate } = route;
  const { concurrency } = operation.policy;
  const refuse = (code: "queue" | "wait", problem: string, retryAt?: number) => {
    const { provider, version } = operation.connector;
    const context = { provider, version, operation: operation.id, effect: "none", code, retryAt } as const;
    return new QueueFullError(`${subject(operation)}: ${problem}`, context);
  };
  return {
    signal: wait.signal,
    deadlineAt: wait.deadlineAt,
    onQueue() {
      if (gates.queue(gate, concurrency)) return;
      const problem = `${concurrency?.queue} calls already wait for this credential. Send fewer at the same time, or raise concurrency.queue.`;
      throw refuse("queue", problem);
    },
    onUnqueue: () => gates.unqueue(gate),
    tooLate(milliseconds) {
      const problem = `the rate limit admits this call in ${Math.ceil(milliseconds / 100) / 10} s, after its deadline. Try again at retryAt, or give it a longer deadline.`;
      return refuse("wait", problem, clock.now() + milliseconds);
    },
  };
}
