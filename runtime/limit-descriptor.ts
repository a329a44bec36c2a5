/** The part of the descriptors that says when calls wait. */
import type { Pointer, WaitHeader } from "./descriptor.ts";
import type { LimiterKind } from "./rate-limit.ts";

export interface ConcurrencyPolicy {
  /** Calls at the same time. */
  readonly max: number;
  /** What is counted apart; `[]` counts all calls of the client together. */
  readonly per: readonly PartitionKey[];
  /** Calls of one tenant that may wait. */
  readonly queue: number;
}

/** When calls stop for a while because the provider is down. Operations with the same figures share their circuits. */
export interface CircuitBreakerPolicy {
  /** `server`: one circuit for each origin. `tenant`: beside it one for each named tenant there. */
  readonly scope: "server" | "tenant";
  /** Milliseconds over which the share of failures is taken; calls leave it in tenths of it. */
  readonly window: number;
  /** Calls in the window below which no share is taken. */
  readonly minRequests: number;
  /** Share of failures that opens, 0 to 1. */
  readonly failureRate: number;
  /** Failures in a row that open. */
  readonly consecutive: number;
  /** So many failures in a row open too, once they have gone on for so long. */
  readonly stalled?: { readonly failures: number; readonly for: number };
  readonly openFor: number;
  /** How much longer it stays open each next time, until it closes. */
  readonly openMultiplier: number;
  readonly openMax: number;
  /** Share by which the open time is longer or shorter at random, 0 to 1. */
  readonly openJitter: number;
  /** Calls that are let through after the open time, step by step; when all of a step went well, the next comes. */
  readonly probes: readonly number[];
  /** `connect`: never sent. `ambiguous`: timeout, reset, 5xx. `throttled`: 429. */
  readonly counts: readonly ("connect" | "ambiguous" | "throttled")[];
  /** With scope `tenant` the origin's circuit opens when so many tenants fail, or this share of the active ones. */
  readonly tenants: { readonly failing: number; readonly share: number };
}

export type PartitionKey = "tenant" | "credential" | "operation";

/**
 * One rate limit. `use` is the algorithm: `tokenBucket` (also leaky buckets), `slidingWindow` (also fixed windows) or
 * `concurrentCalls`.
 */
export interface RateLimit {
  readonly use: LimiterKind;
  /** Bucket size, calls per window, or calls at the same time. */
  readonly capacity: number;
  /** Milliseconds in which `refill` units return (tokenBucket), or the window's length (slidingWindow); else 0. */
  readonly per: number;
  /** Units returned each `per`; equals `capacity` for a window and for concurrent calls. */
  readonly refill: number;
  readonly partition: readonly PartitionKey[];
  /** Units of a call, or where its answer tells them: then the call is counted anew when it is answered. */
  readonly cost: number | Pointer;
  /** Share of the capacity that is left for other processes, 0 to 1. */
  readonly reserve: number;
  /** Names of errors that pause the whole partition. */
  readonly pauseOn: readonly string[];
  readonly feedback?: {
    readonly used?: { readonly from: Pointer; readonly pattern?: string };
    readonly remaining?: { readonly from: Pointer; readonly pattern?: string };
    readonly limit?: { readonly from: Pointer; readonly pattern?: string };
    readonly reset?: WaitHeader;
  };
  readonly tiers?: Readonly<
    Record<string, { readonly capacity: number; readonly per: number; readonly refill: number }>
  >;
}
