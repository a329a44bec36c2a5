/** Circuits of one server that hear of those in other processes, and tell them. */
import type { BoundOperation } from "./bound-operation.ts";
import type { Circuits } from "./circuits.ts";

/** Failures come many at once; the store is asked once in so many milliseconds. */
const ASK_EVERY = 1_000;

const askedAt = new WeakMap<Circuits, number>();

const keyOf = ({ connection, origin }: BoundOperation): string => `${connection.connector.provider}:${origin}`;

/** After a failure: holds calls back for as long as another process does. */
export function hearOthers(bound: BoundOperation, circuits: Circuits): void {
  const { breakerStore: store, clock } = bound.connection;
  if (store === undefined || clock.mono() < (askedAt.get(circuits) ?? Number.NEGATIVE_INFINITY) + ASK_EVERY) return;
  askedAt.set(circuits, clock.mono());
  quietly(async () => {
    const time = await store.heldFor(keyOf(bound));
    if (time > 0) circuits.hold(time);
  });
}

/** Tells the others that this process holds calls back. */
export function tellOthers(bound: BoundOperation, openFor: number): void {
  const { breakerStore: store } = bound.connection;
  if (store !== undefined) quietly(() => store.publish(keyOf(bound), openFor));
}

/** Without the others, each process judges by what it sees itself. */
function quietly(work: () => Promise<void>): void {
  new Promise<void>((resolve) => resolve(work())).catch(() => {});
}
