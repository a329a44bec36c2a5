import type { Admission, LimitError } from "./admission.ts";
import type { Gates } from "./concurrency.ts";
import type { OperationDescriptor, PartitionKey } from "./descriptor.ts";

/** Whose calls they are; with the operation this chooses partitions. */
export interface Holder {
  readonly tenant: string | undefined;
  readonly credential: string;
}

/** A wrong header must not silence a client for good: after an hour the provider is asked again. */
const LONGEST_PAUSE = 3_600_000;

/** The calls at the same time of one holder; without rate limits also the pause after a 429. */
export function gateAdmission(gates: Gates, operation: OperationDescriptor, holder: Holder): Admission {
  const { concurrency, limitedBy } = operation.policy;
  const scope = partition(concurrency?.per ?? ["credential"], operation, holder);
  // Operations with figures of their own have a gate of their own.
  const name = `gate ${concurrency?.max ?? "-"}/${concurrency?.queue ?? "-"}`;
  const key = [operation.connector.provider, name, ...scope].join(":");
  return {
    key,
    cost: () => 1,
    take: (ahead) => (ahead > 0 ? { ok: false, wait: gates.paused(key) } : gates.enter(key, concurrency)),
    giveBack: () => gates.leave(key),
    settle(_slot, _exchange, error) {
      const pause = limitedBy.length === 0 && error?.pause === true && error.name === "RateLimitError";
      if (pause) gates.pause(key, pauseOf(operation, error));
      gates.leave(key);
      return pause ? "pause" : "room";
    },
  };
}

/** Names and identifiers are quoted, so that no tenant can write itself into another's partition. */
export function partition(by: readonly PartitionKey[], operation: OperationDescriptor, holder: Holder): string[] {
  return by.map((part) => {
    const value = part === "tenant" ? holder.tenant : part === "operation" ? operation.id : holder.credential;
    return `${part}=${JSON.stringify(value ?? "")}`;
  });
}

/** Milliseconds in which nobody is admitted after this error. */
export function pauseOf(operation: OperationDescriptor, error: LimitError): number {
  return Math.min(error.wait ?? operation.policy.retry.backoff.throttled, LONGEST_PAUSE);
}
