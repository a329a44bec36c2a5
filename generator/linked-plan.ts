/** What operations say of one another: by key while they have no names, then as references that are printed. */
import type { Batch, CacheRule, Pagination, Pointer, Polling } from "@couplet/runtime/codegen/v1";
import { type Feature, feature, type Plan } from "./model.ts";

/** Polling before the operations have names: parameters are called as on the wire. */
export interface PollingPlan extends Omit<Plan<Polling>, "status" | "cancel"> {
  /** Tells the state; without `pass` the operation itself, with the same input. */
  readonly operation: string;
  readonly cancel?: { readonly operation: string; readonly pass: Readonly<Record<string, Pointer>> };
}

/** A batch before the operations have names. */
export interface BatchPlan extends Omit<Plan<Batch>, "operation"> {
  /** Takes many. */
  readonly operation: string;
}

/** What makes calls of an operation more than one request and its answer. */
export interface CallPlans {
  readonly pagination?: Plan<Pagination>;
  readonly polling?: PollingPlan;
  readonly batch?: BatchPlan;
  readonly cache?: Plan<CacheRule>;
}

const homeBrand: unique symbol = Symbol("couplet.home");
interface Home {
  /** Of the namespace, without extension. */
  readonly file: string;
  /** `namespace.method`. */
  readonly id: string;
}

/** A mention of another operation of the version, printed as a function that gives its constant. */
export interface OperationReference extends Feature {
  readonly [homeBrand]: Home;
}

export function operationReference(constant: string, home: Home): OperationReference {
  return { ...feature(constant), [homeBrand]: home };
}

/** Where the operation is declared that a value refers to, or undefined for anything else. */
export function referenceHome(value: unknown): Home | undefined {
  return typeof value === "object" && value !== null ? (value as Partial<OperationReference>)[homeBrand] : undefined;
}
