/** Which failures of an operation are tried again, and why: the rules of the runtime, in words. */
import type { Disposition, ErrorRule, IdempotencyPolicy, Policy } from "@couplet/runtime/codegen/v1";
import { toConditionText } from "../expression-text.ts";
import { statusesOf, statusVerdict } from "./status-conditions.ts";

export interface RetryVerdict {
  /** `429 RateLimitError`, `the connection was lost`. */
  readonly failure: string;
  /** Absent for failures without an answer. */
  readonly status?: number;
  readonly again: boolean;
  readonly because: string;
}

/** Answers that are told apart even when no rule names them. */
const usualStatuses = [400, 401, 403, 404, 408, 409, 429, 500, 501, 502, 503, 504];
const ambiguousStatuses: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);

export function isRepeatable({ class: kind, key }: IdempotencyPolicy): boolean {
  return kind === "safe" || kind === "idempotent" || (kind === "keyed" && key !== undefined);
}

/** Dispositions that are retried: never ambiguous ones where repeating is not safe. */
export function retriedOn({ retry, idempotency }: Policy): readonly Disposition[] {
  return retry.on.filter((one) => one !== "ambiguous" || isRepeatable(idempotency));
}

/** The runtime's verdict of each kind of failure, when the server gives no advice and attempts are left. */
export function retryVerdicts(policy: Policy): readonly RetryVerdict[] {
  const plain = (failure: string, disposition: Disposition): RetryVerdict => ({
    failure,
    ...judge(policy, disposition, undefined),
  });
  const statuses = [...new Set([...usualStatuses, ...policy.errors.flatMap((rule) => statusesOf(rule.when))])]
    .filter((status) => status >= 300 || policy.errors.some(({ when }) => statusVerdict(when, status) === true))
    .sort((a, b) => a - b);
  return [
    plain("no connection", "rejected"),
    plain("a lost connection", "ambiguous"),
    plain("the attempt timeout", "ambiguous"),
    ...statuses.map((status) => ofStatus(policy, status)),
    ...policy.errors.flatMap((rule) => ofRule(policy, rule)),
    ...ofKey(policy),
  ];
}

function statusDisposition(status: number): Disposition {
  if (status === 429 || status === 401) return "rejected";
  return ambiguousStatuses.has(status) ? "ambiguous" : "permanent";
}

/** An answer about which nothing but its status is known: the first rule that holds for every such answer decides. */
function ofStatus(policy: Policy, status: number): RetryVerdict {
  const rule = policy.errors.find(({ when }) => statusVerdict(when, status) === true);
  const disposition = rule?.disposition ?? statusDisposition(status);
  const failure = rule === undefined ? String(status) : `${status} ${rule.as}`;
  return { failure, status, ...(rule?.refresh ? judgeRefused(policy) : judge(policy, disposition, status)) };
}

/** A rule that looks at more than the status, where that makes a difference. */
function ofRule(policy: Policy, { when, as, disposition, refresh }: ErrorRule): RetryVerdict[] {
  const statuses = statusesOf(when).filter((status) => statusVerdict(when, status) !== false);
  if ((disposition === undefined && !refresh) || statuses.some((status) => statusVerdict(when, status) === true))
    return [];
  const verdict = refresh ? judgeRefused(policy) : judge(policy, disposition!, statuses[0]);
  return [{ failure: `${as} (${toConditionText(when)})`, ...verdict }];
}

function ofKey(policy: Policy): RetryVerdict[] {
  const { inFlight, inFlightAs = "rejected", mismatch, mismatchAs = "permanent" } = policy.idempotency;
  const row = (name: string, when: NonNullable<typeof inFlight>, disposition: Disposition): RetryVerdict => ({
    failure: `${name} (${toConditionText(when)})`,
    ...judge(policy, disposition, statusesOf(when)[0]),
  });
  return [
    ...(inFlight === undefined ? [] : [row("the key is in use", inFlight, inFlightAs)]),
    ...(mismatch === undefined ? [] : [row("the key belongs to another request", mismatch, mismatchAs)]),
  ];
}

/** Credentials that an error rule calls bad, as after a 401. */
function judgeRefused(policy: Policy): ReturnType<typeof judge> {
  return judge(policy, "rejected", 401);
}

function judge(
  policy: Policy,
  disposition: Disposition,
  status: number | undefined,
): { readonly again: boolean; readonly because: string } {
  const { idempotency, retry } = policy;
  const no = (because: string) => ({ again: false, because });
  if (retry.maxAttempts === 1) return no("one attempt is all that the policy allows");
  if (status === 401) return no("refused credentials are never repeated, only replaced");
  if (idempotency.replaysErrors && idempotency.key && status !== undefined && status >= 500)
    return no("the provider stored this answer and would replay it for the same key");
  if (disposition === "permanent") return no("the same request would fail again");
  if (!retry.on.includes(disposition)) return no(`the policy does not retry ${disposition} failures`);
  if (disposition === "rejected") return { again: true, because: "surely not processed" };
  if (!isRepeatable(idempotency)) return no("it may have taken effect, and repeating it is not safe");
  if (idempotency.class === "keyed")
    return {
      again: true,
      because:
        idempotency.key?.generate === "none"
          ? `it may have taken effect; where the call carries its ${idempotency.key.name}, repeating is harmless`
          : `it may have taken effect; the same ${idempotency.key?.name} makes repeating harmless`,
    };
  return {
    again: true,
    because: idempotency.class === "safe" ? "the call has no effect that could be doubled" : "repeating is harmless",
  };
}
