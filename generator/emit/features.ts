/** Features of the runtime that data needs without naming them itself; what nothing names stays out of a client's bundle. */
import type { Policy } from "@couplet/runtime/codegen/v1";
import { type Feature, feature, type OperationPlan, type VersionPlan } from "../model.ts";

type Features = Readonly<Record<string, Feature>>;

export function connectorFeatures({ connector, namespaces }: VersionPlan): Features {
  const limits = Object.values(connector.rateLimits);
  const urls = [
    ...connector.servers.map(({ url }) => url),
    ...Object.values(connector.auth).map(({ token }) => token?.url),
    ...namespaces.flatMap(({ operations }) => operations.map(({ descriptor }) => descriptor.server)),
  ];
  return {
    ...(urls.some((url) => url?.includes("{")) && { fill: feature("serverVariables") }),
    ...(limits.some((limit) => limit.feedback !== undefined) && { feedback: feature("limitFeedback") }),
    ...(limits.some(({ cost }) => typeof cost !== "number") && { costs: feature("answeredCosts") }),
  };
}

export function policyFeatures({ errors, idempotency }: Policy): Features {
  const { key, inFlight, mismatch } = idempotency;
  const isConditional = errors.length > 0 || inFlight !== undefined || mismatch !== undefined;
  return {
    ...(isConditional && { conditions: feature("conditionHolds") }),
    ...(key !== undefined && { keys: feature("idempotencyKeys") }),
  };
}

export function operationFeatures({ pagination }: OperationPlan["descriptor"]): Features {
  return pagination === undefined ? {} : { pages: feature("pagedCall") };
}
