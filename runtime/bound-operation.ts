import type { Connection } from "./connection.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { type ReadyOperation, readyOperation } from "./request.ts";

/** An operation on a connection; nothing in it changes between calls. */
export interface BoundOperation {
  readonly ready: ReadyOperation;
  readonly connection: Connection;
  readonly base: string;
  readonly origin: string;
}

/** Throws where the operation's server cannot be called. */
export function bindTo(connection: Connection, operation: OperationDescriptor): BoundOperation {
  const ready = readyOperation(operation);
  const base = connection.servers.baseOf(ready.operation.server);
  return { ready, connection, base, origin: new URL(base).origin };
}
