import { Circuit, type CircuitState, type Health, SPANS, spanOf } from "./circuit.ts";
import type { Clock } from "./clock.ts";
import type { CircuitBreakerPolicy } from "./descriptor.ts";

/** Those beyond are guarded by the origin's circuit and not counted; a map without bound would be worse. */
const MOST_TENANTS = 100_000;

/** Undefined: calls without a tenant; of circuits: the origin's own. */
type Tenant = string | undefined;

/** An admitted call: whose circuits guard it, and the number of moves before it. */
export interface Entry {
  readonly names: readonly Tenant[];
  readonly at: number;
}

/** Hears of every move of a circuit. */
export type CircuitsListener = (tenant: Tenant, state: CircuitState, openFor: number) => void;

/**
 * The circuits of one origin under one policy: its own, and one for each tenant that fails. A circuit is made with the
 * first failure and goes when all is well, so healthy traffic has none. One tenant's trouble (a revoked account, a
 * broken endpoint) must not stop the others: the origin's opens only when enough tenants fail.
 */
export class Circuits {
  /** Those that take memory, the longest without failure first. */
  readonly known: Map<Tenant, Circuit> = new Map();
  readonly #policy: CircuitBreakerPolicy;
  readonly #clock: Clock;
  readonly #tell: CircuitsListener | undefined;
  /** The span in which each tenant was last seen, and last failed; the longest quiet first. */
  readonly #active = new Map<Tenant, number>();
  readonly #failed = new Map<Tenant, number>();
  #moves = 0;

  constructor(policy: CircuitBreakerPolicy, clock: Clock, tell?: CircuitsListener) {
    this.#policy = policy;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** The circuit that does not let a call through now. */
  closed(tenant: Tenant): Circuit | undefined {
    const names = this.#names(tenant);
    this.#see(this.#active, names.at(-1));
    return this.#over(names).find((circuit) => circuit.wait() > 0);
  }

  /** Admits a call, or returns the circuit that does not. */
  enter(tenant: Tenant): Entry | Circuit {
    const closed = this.closed(tenant);
    if (closed !== undefined) return closed;
    const names = this.#names(tenant);
    for (const circuit of this.#over(names)) circuit.enter();
    return { names, at: this.#moves };
  }

  /** Told once for each admitted call. */
  settle({ names, at }: Entry, health: Health): void {
    const failed = health === "failed";
    for (const name of names) {
      const circuit = failed ? this.failing(name) : this.#get(name);
      if (circuit === undefined || at < circuit.since) continue;
      circuit.settle(health, name !== undefined || (failed && this.#isOneOfMany(names.at(-1))));
    }
  }

  #names(tenant: Tenant): Entry["names"] {
    return tenant === undefined || this.#policy.scope === "server" ? [undefined] : [undefined, tenant];
  }

  /** The circuits of these that exist. */
  #over(names: Entry["names"]): readonly Circuit[] {
    return this.known.size === 0 ? [] : names.flatMap((name) => this.#get(name) ?? []);
  }

  #get(name: Tenant): Circuit | undefined {
    const circuit = this.known.get(name);
    if (circuit?.isIdle !== true) return circuit;
    this.known.delete(name);
    // Whoever heard that it opened hears that this is over.
    if (circuit.state !== "closed") this.#tell?.(name, "closed", 0);
    return undefined;
  }

  /** The circuit of one that fails. Those of others that have long been quiet go. */
  failing(name: Tenant): Circuit {
    for (const other of this.known.keys()) if (this.#get(other) !== undefined) break;
    const circuit =
      this.#get(name) ??
      new Circuit(this.#policy, this.#clock, (state, openFor) => {
        this.#tell?.(name, state, openFor);
        return ++this.#moves;
      });
    this.known.delete(name);
    if (name === undefined || this.known.size < MOST_TENANTS) this.known.set(name, circuit);
    return circuit;
  }

  /** Of a tenant that fails: whether enough do. */
  #isOneOfMany(tenant: Tenant): boolean {
    const { failing, share } = this.#policy.tenants;
    const active = this.#see(this.#active, tenant);
    const failed = this.#see(this.#failed, tenant);
    return failed >= failing || failed >= share * active;
  }

  /** The number of tenants that were seen within the window, this one too. */
  #see(seen: Map<Tenant, number>, tenant: Tenant): number {
    const span = spanOf(this.#policy, this.#clock.mono());
    if (seen.get(tenant) === span) return seen.size;
    seen.delete(tenant);
    for (const [other, last] of seen) {
      if (last > span - SPANS) break;
      seen.delete(other);
    }
    if (seen.size < MOST_TENANTS) seen.set(tenant, span);
    return seen.size;
  }
}
