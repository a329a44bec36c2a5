import type { BoundOperation } from "./bound-operation.ts";
import type { CircuitsListener } from "./circuits.ts";
import type { Emit } from "./emit.ts";
import { serverOf } from "./server-address.ts";

/** Tells the moves of the circuits at an operation's server. */
export function circuitEvents(emit: Emit, { connection, ready, base }: BoundOperation): CircuitsListener {
  const { clock, connector } = connection;
  const { provider, version } = connector;
  const server = serverOf(ready.operation, base);
  return (tenant, state, openFor) =>
    emit("breaker", {
      ...{ provider, version, server, state },
      ...(tenant !== undefined && { tenant }),
      ...(state === "open" && { openUntil: clock.now() + openFor }),
    });
}
