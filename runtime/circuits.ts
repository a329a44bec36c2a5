import { Circuit, type CircuitState, type Health, type Moves, SPANS, spanOf } from "./circuit.ts";
import type { Clock } from "./clock.ts";
import type { CircuitBreakerPolicy } from "./descriptor.ts";
import { RecentNames } from "./recent-names.ts";

/** Tenants without a circuit are guarded by the origin's; a map without bound would be worse. */
const MOST_TENANTS = 100_000;
/** Circuits that are looked at for each new one, so that those of quiet tenants go. */
const SWEPT = 8;

/** Hears of every move of a circuit; without a tenant it is the origin's own. */
export type CircuitsListener = (tenant: string | undefined, state: CircuitState, openFor: number) => void;

/**
 * The circuits of one origin under one policy: its own, and one for each tenant that fails. A circuit is made with the
 * first failure and goes when all is well, so healthy traffic has none. One tenant's trouble (a revoked account, a
 * broken endpoint) must not stop the others: the origin's opens only when enough tenants fail.
 */
export class Circuits {
  readonly #policy: CircuitBreakerPolicy;
  readonly #clock: Clock;
  readonly #tell: CircuitsListener | undefined;
  readonly #moves: Moves = { count: 0 };
  readonly #active = new RecentNames(SPANS);
  readonly #failing = new RecentNames(SPANS);
  readonly #tenants = new Map<string, Circuit>();
  #origin: Circuit | undefined;
  #hand: Iterator<[string, Circuit]> = this.#tenants.entries();

  constructor(policy: CircuitBreakerPolicy, clock: Clock, tell?: CircuitsListener) {
    this.#policy = policy;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Circuits of tenants that take memory. */
  get size(): number {
    return this.#tenants.size;
  }

  /** Admits a call and returns its stamp, or returns the circuit that does not. */
  enter(tenant: string | undefined): number | Circuit {
    const now = this.#clock.mono();
    this.#see(tenant, now, this.#active);
    const origin = this.#ofOrigin(now);
    const own = this.#ofTenant(tenant, now);
    if (origin !== undefined && origin.wait(now) > 0) return origin;
    if (own !== undefined && own.wait(now) > 0) return own;
    origin?.enter();
    own?.enter();
    return this.#moves.count;
  }

  /** Whether a circuit has moved since the call was admitted. */
  isStale(tenant: string | undefined, stamp: number): boolean {
    if (stamp === this.#moves.count) return false;
    const now = this.#clock.mono();
    return this.#ofOrigin(now)?.isAfter(stamp) === true || this.#ofTenant(tenant, now)?.isAfter(stamp) === true;
  }

  /** Told once for each admitted call. */
  settle(tenant: string | undefined, stamp: number, health: Health): void {
    const now = this.#clock.mono();
    let origin = this.#ofOrigin(now);
    let own = this.#ofTenant(tenant, now);
    if (health === "failed") {
      if (origin === undefined) this.#origin = origin = this.#make(undefined, now);
      if (own === undefined) own = this.#add(tenant, now);
      if (!origin.isAfter(stamp)) this.#see(tenant, now, this.#active, this.#failing);
    }
    origin?.settle(health, stamp, now, this.#clock.random(), () => this.#isOfMany(now));
    own?.settle(health, stamp, now, this.#clock.random(), () => true);
  }

  /** Holds all calls of the server back, unless its circuit is at work already. */
  hold(openFor: number): void {
    const now = this.#clock.mono();
    this.#origin = this.#ofOrigin(now) ?? this.#make(undefined, now);
    this.#origin.hold(openFor, now);
  }

  /** Calls without a tenant are those of one. */
  #see(tenant: string | undefined, now: number, ...names: readonly RecentNames[]): void {
    if (this.#policy.scope === "server") return;
    for (const known of names) known.see(tenant ?? "", spanOf(this.#policy, now));
  }

  #isOfMany(now: number): boolean {
    const { scope, tenants } = this.#policy;
    if (scope === "server") return true;
    const span = spanOf(this.#policy, now);
    const failing = this.#failing.count(span);
    return failing >= tenants.failing || failing >= tenants.share * this.#active.count(span);
  }

  #ofOrigin(now: number): Circuit | undefined {
    if (this.#origin?.isIdle(now)) {
      this.#origin.drop();
      this.#origin = undefined;
    }
    return this.#origin;
  }

  #ofTenant(tenant: string | undefined, now: number): Circuit | undefined {
    if (tenant === undefined || this.#tenants.size === 0) return undefined;
    const circuit = this.#tenants.get(tenant);
    if (!circuit?.isIdle(now)) return circuit;
    this.#drop(tenant, circuit);
    return undefined;
  }

  #add(tenant: string | undefined, now: number): Circuit | undefined {
    if (tenant === undefined || this.#policy.scope === "server") return undefined;
    for (let count = 0; count < SWEPT; count++) {
      const next = this.#hand.next();
      if (next.done) {
        this.#hand = this.#tenants.entries();
        break;
      }
      const [name, circuit] = next.value;
      if (circuit.isIdle(now)) this.#drop(name, circuit);
    }
    if (this.#tenants.size >= MOST_TENANTS) return undefined;
    const circuit = this.#make(tenant, now);
    this.#tenants.set(tenant, circuit);
    return circuit;
  }

  #make(tenant: string | undefined, now: number): Circuit {
    const tell = this.#tell;
    return new Circuit(this.#policy, this.#moves, now, tell && ((state, openFor) => tell(tenant, state, openFor)));
  }

  #drop(tenant: string, circuit: Circuit): void {
    this.#tenants.delete(tenant);
    circuit.drop();
  }
}
