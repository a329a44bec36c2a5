import type { CallRun } from "./call-run.ts";
import type { Input, ReadyRequest } from "./request.ts";

/** What a step may look at beside the request. */
export interface Preparing {
  readonly run: Pick<CallRun, "bound" | "deadline" | "settings">;
  readonly input: Input;
}

/** A runtime feature: what is done to a request once, before its first attempt. It runs within the call's deadline. */
export type RequestStep = (
  request: ReadyRequest,
  step: PrepareStep,
  call: Preparing,
) => ReadyRequest | Promise<ReadyRequest>;

/** `bodyBuffer` with the bytes that it keeps, or `keyReuse`. */
export interface PrepareStep {
  readonly use: RequestStep;
  readonly max?: number;
}
