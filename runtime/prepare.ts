import type { CallRun } from "./call-run.ts";
import type { Input, ReadyRequest } from "./request.ts";

/** A runtime feature: what is done to a request once, before its first attempt. It waits within the call's deadline. */
export type RequestStep = (
  request: ReadyRequest,
  step: PrepareStep,
  run: CallRun,
  input: Input,
) => ReadyRequest | Promise<ReadyRequest>;

/** `bodyBuffer` with the bytes that it keeps, or `keyReuse`. */
export interface PrepareStep {
  readonly use: RequestStep;
  readonly max?: number;
}
