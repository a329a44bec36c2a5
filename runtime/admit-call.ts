import type { Authorization } from "./auth/auth.ts";
import type { CallRun } from "./call-run.ts";
import { isPromise } from "./is-promise.ts";
import type { Limits, Permit, TimeToWait } from "./limits.ts";

/** Leave for one attempt of a call. Its deadline, its queue timeout and its caller end the wait. */
export function admitCall(
  admit: Limits["admit"],
  run: CallRun,
  authorization: Authorization | undefined,
): Permit | Promise<Permit> {
  const { operation, deadline, settings } = run;
  const { queue } = operation.policy.timeouts;
  const time: TimeToWait = queue?.use(run, queue.limit) ?? { signal: deadline.signal, deadlineAt: deadline.at };
  const { tenant, priority } = settings;
  const caller = { tenant, priority, credential: authorization?.credential ?? "", tier: authorization?.mode };
  const permit = admit(operation, caller, time);
  if (!isPromise(permit)) return permit;
  const waited = time.within?.(permit) ?? run.within(permit, "waiting for a rate limit");
  const leave = (error: unknown): never => {
    // A permit that still comes belongs to nobody.
    permit.then(
      (late) => late.release(),
      () => {},
    );
    throw error;
  };
  return run.waiting(waited.catch(leave), "limits");
}
