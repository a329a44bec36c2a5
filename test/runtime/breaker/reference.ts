/**
 * The circuits of one origin, told as the policy tells them and not as they are made: every outcome is kept in a list,
 * every figure is counted anew from it, and each call remembers which circuits have moved since it was admitted.
 */
import type { CircuitBreakerPolicy } from "../../../runtime/descriptor.ts";

export interface ReferenceCall {
  readonly tenant: string | undefined;
  /** Circuits for which the call no longer counts. */
  readonly stale: Set<string>;
}

interface Outcome {
  readonly at: number;
  readonly failed: boolean;
}

interface State {
  is: "closed" | "open" | "probing";
  outcomes: Outcome[];
  /** Of the last failure, probe or move. */
  touched: number;
  /** When it last opened, probed or closed. */
  moved: number;
  until: number;
  openings: number;
  step: number;
  under: Set<ReferenceCall>;
  passed: number;
}

export class ReferenceCircuits {
  readonly policy: CircuitBreakerPolicy;
  readonly states: Map<string, State> = new Map();
  readonly calls: Set<ReferenceCall> = new Set();
  readonly seen: { tenant: string; at: number; failed: boolean }[] = [];

  constructor(policy: CircuitBreakerPolicy) {
    this.policy = policy;
  }

  keys(tenant: string | undefined): string[] {
    return tenant === undefined || this.policy.scope === "server" ? ["origin"] : ["origin", `tenant ${tenant}`];
  }

  /** The state, unless it is as good as a new one. */
  state(key: string, now: number): State | undefined {
    const state = this.states.get(key);
    if (state === undefined) return undefined;
    const { window, openMax } = this.policy;
    const remembered = Math.max(state.moved, state.until) + 2 * window + openMax > now;
    const quiet = now - state.touched >= 2 * window && state.under.size === 0;
    if (!remembered && quiet) {
      this.states.delete(key);
      return undefined;
    }
    return state;
  }

  /** The tenth of the window that a moment falls into. */
  tenth(at: number): number {
    return Math.floor((at / this.policy.window) * 10 + 1e-9);
  }

  isRecent(at: number, now: number): boolean {
    return this.tenth(at) > this.tenth(now) - 10;
  }

  recent(state: State, now: number): Outcome[] {
    return state.outcomes.filter(({ at }) => this.isRecent(at, now));
  }

  /** The admitted call, or the milliseconds after which asking again makes sense. */
  enter(tenant: string | undefined, now: number): ReferenceCall | number {
    this.seen.push({ tenant: tenant ?? "", at: now, failed: false });
    const states = this.keys(tenant).flatMap((key) => this.state(key, now) ?? []);
    for (const state of states) {
      if (state.is === "open" && now < state.until) return state.until - now;
      if (state.is === "open") this.move(state, "probing", now);
      if (state.is === "probing" && state.under.size + state.passed >= this.policy.probes[state.step]!)
        return this.policy.openFor;
    }
    const call: ReferenceCall = { tenant, stale: new Set() };
    this.calls.add(call);
    for (const state of states) if (state.is === "probing") state.under.add(call);
    return call;
  }

  settle(call: ReferenceCall, failed: boolean | undefined, now: number, random: number): void {
    this.calls.delete(call);
    for (const key of this.keys(call.tenant)) {
      let state = this.state(key, now);
      if (state === undefined) {
        // What is forgotten is forgotten, also that a call was stale.
        if (failed !== true) continue;
        state = {
          is: "closed",
          outcomes: [],
          touched: now,
          moved: Number.NEGATIVE_INFINITY,
          until: Number.NEGATIVE_INFINITY,
          openings: 0,
          step: 0,
          under: new Set(),
          passed: 0,
        };
        this.states.set(key, state);
        for (const one of [...this.calls, call]) one.stale.delete(key);
      }
      if (call.stale.has(key)) continue;
      if (key === "origin" && failed) this.seen.push({ tenant: call.tenant ?? "", at: now, failed });
      if (state.is === "probing") this.settleProbe(state, call, failed, now, random);
      else if (failed !== undefined) this.count(key, state, failed, now, random);
    }
  }

  count(key: string, state: State, failed: boolean, now: number, random: number): void {
    const { consecutive, stalled, minRequests, failureRate } = this.policy;
    state.outcomes.push({ at: now, failed });
    if (!failed) return;
    state.touched = now;
    const failures = run(state);
    const recent = this.recent(state, now);
    const share = recent.filter((one) => one.failed).length / recent.length;
    const fails =
      failures.length >= consecutive ||
      (stalled !== undefined && failures.length >= stalled.failures && now - failures[0]!.at >= stalled.for) ||
      (recent.length >= minRequests && share >= failureRate);
    if (fails && (key !== "origin" || this.isOfMany(now))) this.open(state, now, random);
  }

  isOfMany(now: number): boolean {
    const { scope, tenants } = this.policy;
    if (scope === "server") return true;
    const recent = this.seen.filter(({ at }) => this.isRecent(at, now));
    const active = new Set(recent.map(({ tenant }) => tenant)).size;
    const failing = new Set(recent.filter((one) => one.failed).map(({ tenant }) => tenant)).size;
    return failing >= tenants.failing || failing / active >= tenants.share;
  }

  settleProbe(state: State, call: ReferenceCall, failed: boolean | undefined, now: number, random: number): void {
    state.under.delete(call);
    state.touched = now;
    if (failed === true) this.open(state, now, random);
    if (failed !== false) return;
    state.passed += 1;
    if (state.passed < this.policy.probes[state.step]!) return;
    state.step += 1;
    state.passed = 0;
    if (state.step < this.policy.probes.length) return;
    this.move(state, "closed", now);
    state.openings = 0;
    state.outcomes = [];
  }

  open(state: State, now: number, random: number): void {
    const { openFor, openMultiplier, openMax, openJitter } = this.policy;
    const jitter = 1 - openJitter + 2 * openJitter * random;
    this.move(state, "open", now);
    state.until = now + Math.min(openMax, openFor * openMultiplier ** state.openings * jitter);
    state.openings += 1;
  }

  move(state: State, to: State["is"], now: number): void {
    const [key] = [...this.states].find(([, one]) => one === state)!;
    for (const call of this.calls) call.stale.add(key);
    Object.assign(state, { is: to, touched: now, moved: now, step: 0, passed: 0, under: new Set() });
  }
}

/** The failures since the last success. */
function run({ outcomes }: State): Outcome[] {
  return outcomes.slice(outcomes.findLastIndex(({ failed }) => !failed) + 1);
}
