import type { Connection } from "./connection.ts";
import type { ReadyOperation } from "./request.ts";

/** An operation on a connection; nothing in it changes between calls. */
export interface BoundOperation {
  readonly ready: ReadyOperation;
  readonly connection: Connection;
  readonly base: string;
  readonly origin: string;
}
