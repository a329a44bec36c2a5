/** The effective policy of an operation in one line. */
import type { Policy, RateLimit } from "@couplet/runtime/codegen/v1";
import type { OperationPlan, Plan, VersionPlan } from "./model.ts";
import {
  replayedStatuses,
  toBatchText,
  toCacheText,
  toCostText,
  toDurationText,
  toListText,
  toPagingText,
  toPollingText,
  toRateText,
  toRepeatedText,
} from "./policy-words.ts";

type Connector = VersionPlan["connector"];

function classText({ idempotency }: Policy): string {
  const { key, retention } = idempotency;
  if (key === undefined) return idempotency.class;
  const place = key.in === "body" ? ` in the body${key.generate === "none" ? ", where the caller gives it" : ""}` : "";
  return `keyed by ${key.name}${place}${retention === undefined ? "" : `, kept ${toDurationText(retention)}`}`;
}

function attemptsText(policy: Policy): string {
  const { retry, timeouts } = policy;
  const repeated = toRepeatedText(policy);
  const time = `${toDurationText(timeouts.attempt)} in ${toDurationText(timeouts.deadline)}`;
  return repeated === undefined
    ? `one attempt of ${time}`
    : `up to ${retry.maxAttempts} attempts of ${time}; retries ${repeated}`;
}

function limitText(name: string, limit: Plan<RateLimit> | undefined): string {
  if (limit === undefined) return name;
  const tiers = Object.entries(limit.tiers ?? {}).map(([tier, figures]) => `${tier} ${toRateText(limit.use, figures)}`);
  const keys = limit.partition.filter((key) => key !== "credential");
  return [
    `${name} ${toRateText(limit.use, limit)}`,
    tiers.length > 0 ? ` (${tiers.join("; ")})` : "",
    keys.length === 0 ? "" : ` per ${keys.join(" and ")}`,
    // Nearly all limits count each credential for itself: that is not said.
    limit.partition.includes("credential") ? "" : " over all credentials",
    limit.cost === 1 ? "" : ` at ${toCostText(limit.cost)} a call`,
  ].join("");
}

/** As with limits: only what differs from a count for each credential is said. */
function gateText(per: readonly string[]): string {
  if (per.length === 1 && per[0] === "credential") return "";
  return per.length === 0 ? " over all credentials" : ` per ${toListText(per)}`;
}

/** What all operations with this policy have in common. Plain text of one line, also with names that a policy chose. */
export function toPolicyLine(policy: Policy, connector: Connector): string {
  const { circuitBreaker, concurrency, limitedBy, validation } = policy;
  const limits = limitedBy.map((name) =>
    limitText(name, Object.hasOwn(connector.rateLimits, name) ? connector.rateLimits[name] : undefined),
  );
  const unusual = [
    validation.request === "strict" ? [] : `requests ${validation.request}`,
    validation.response === "warn" ? [] : `answers ${validation.response}`,
  ].flat();
  return [
    classText(policy),
    attemptsText(policy),
    concurrency === undefined ? "any number at once" : `${concurrency.max} at once${gateText(concurrency.per)}`,
    limits.length > 0 ? `limits: ${limits.join(", ")}` : "no rate limit",
    // Nearly all calls have a breaker for the server and each tenant: that is not said.
    ...(circuitBreaker === undefined
      ? ["no breaker"]
      : circuitBreaker.scope === "server"
        ? ["breaker per server"]
        : []),
    ...(unusual.length > 0 ? [`validation: ${unusual.join(", ")}`] : []),
  ].join("; ");
}

/** The policy with what belongs to this operation alone: its credentials and its pages. */
export function toOperationLine({ policy, descriptor }: OperationPlan, connector: Connector): string {
  const statuses = replayedStatuses(descriptor, connector).map(String);
  const paging = toPagingText(descriptor);
  const polling = toPollingText(descriptor);
  const cache = toCacheText(descriptor);
  const batch = toBatchText(descriptor);
  return [
    toPolicyLine(policy, connector),
    ...(descriptor.security === undefined || descriptor.security.length === 0
      ? ["no credentials"]
      : [statuses.length > 0 ? `${toListText(statuses, "or")} replayed once` : "401 final"]),
    ...(paging === undefined ? [] : [`pages by ${paging}`]),
    ...(batch === undefined ? [] : [`joined ${batch}`]),
    ...(cache === undefined ? [] : [`answers kept: ${cache}`]),
    ...(polling === undefined ? [] : [`ends later: asked ${polling}`]),
  ].join("; ");
}
