import type { Auth } from "./auth/auth.ts";
import type { CallGuard } from "./breaker.ts";
import type { Connection } from "./connection.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { type ReadyOperation, readyOperation } from "./request.ts";
import { type CallChecks, checking } from "./validators.ts";

/** Where an operation's requests go. */
export interface BoundServer {
  readonly ready: ReadyOperation;
  readonly connection: Connection;
  readonly base: string;
  readonly origin: string;
}

/** An operation on a connection; nothing in it changes between calls. */
export interface BoundOperation extends BoundServer {
  /** Undefined when the operation sends no credentials. */
  readonly auth: Auth | undefined;
  /** Undefined when the client was given no validators. */
  readonly checks: CallChecks | undefined;
  /** Undefined when the policy has no `circuitBreaker`. */
  readonly guard: CallGuard | undefined;
}

/** Throws where the operation's server cannot be called. */
export function bindTo(connection: Connection, operation: OperationDescriptor): BoundOperation {
  const ready = readyOperation(operation);
  const { server, security, policy, connector } = ready.operation;
  const base = connection.servers.baseOf(server);
  const bound: BoundServer = { ready, connection, base, origin: new URL(base).origin };
  return {
    ...bound,
    auth: security?.length ? connection.auth : undefined,
    checks: connection.validators?.[checking],
    guard: policy.circuitBreaker && connector.breaker?.(bound),
  };
}
