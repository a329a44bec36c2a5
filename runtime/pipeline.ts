/**
 * The way of one call, outermost first: validate the input, serialise once and choose the key, deadline,
 * retry loop { circuit breaker, authorise, limits, attempt timeout, fetch with the whole body, decode, classify, 401 }, validate.
 */
import { isPromise } from "./admission.ts";
import type { Answer } from "./answer.ts";
import type { BoundOperation } from "./bound-operation.ts";
import { CallRun } from "./call-run.ts";
import { isConnectorError } from "./errors.ts";
import { foreignFault } from "./foreign-fault.ts";
import type { CallOptions } from "./operation.ts";
import { buildRequest, type Input, type ReadyRequest } from "./request.ts";
import type { BodyOffer } from "./stream.ts";
import { checking } from "./validators.ts";

/** Runs one call. `url` replaces path and query: the next page, already checked to be on the same origin. */
export async function runCall(
  bound: BoundOperation,
  input: Input,
  options: CallOptions,
  url?: string,
  offer?: BodyOffer,
): Promise<Answer> {
  const { connection } = bound;
  const checks = connection.validators?.[checking];
  const run = new CallRun(bound, options, offer);
  const { deadline, operation } = run;
  let request: ReadyRequest | undefined;
  try {
    deadline.throwIfAborted();
    if (checks !== undefined) {
      const checked = checks.input(run, input);
      if (isPromise(checked)) await run.within(checked, "validating the input");
    }
    let key: string | undefined;
    const { tenant } = run.settings;
    if (operation.policy.idempotency.key !== undefined) {
      const chosen = operation.policy.keys!(operation, input, { ...options, tenant });
      key = isPromise(chosen) ? await run.within(chosen, "deriving the idempotency key") : chosen;
    }
    request = buildRequest(bound.ready, bound.base, input, options, {
      key,
      userAgent: connection.userAgent,
      url,
    });
    for (const step of operation.policy.prepare ?? []) {
      const prepared = step.use(request, step, { run, input, options: { ...options, tenant } });
      request = isPromise(prepared) ? await run.within(prepared, "preparing the request") : prepared;
    }
    const answer = await run.send(request);
    run.effect = "applied";
    connection.connector.deprecation?.check?.(answer, connection);
    if (checks !== undefined && answer.taken === undefined) {
      const checked = checks.answer(run, answer);
      if (isPromise(checked)) await run.within(checked, "validating the answer");
    }
    run.watch?.succeeded(run.sent);
    return answer;
  } catch (error) {
    request?.end?.(error);
    const fault = isConnectorError(error) ? error : foreignFault(operation, error, run.final, connection.redactor);
    run.watch?.failed(fault, run.sent);
    // Whatever else went wrong on the way out: the caller's own reason is what the caller gets.
    deadline.throwIfAborted();
    throw fault;
  } finally {
    // Also a call that failed may have changed something.
    if (!bound.ready.safe && request !== undefined) connection.answers.writes?.add(request.url, connection.clock.now());
    deadline.close();
  }
}
