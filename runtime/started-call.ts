import type { Answer } from "./answer.ts";
import type { BoundOperation } from "./bound-operation.ts";
import type { CallOptions } from "./operation.ts";
import type { Input } from "./request.ts";
import type { BodyOffer } from "./stream.ts";

/** A call as it is handed to a feature that adds to it, or makes it otherwise. */
export interface StartedCall {
  /** Throws where the operation cannot be called at all. */
  bind(): BoundOperation;
  readonly input: Input;
  readonly options: CallOptions;
  /** Sends the call by itself, with its own input or another. Never throws: a fault of any kind is a rejection. */
  start(offer?: BodyOffer, input?: Input): Promise<Answer>;
}
