/** Features of the runtime that data needs without naming them itself; what nothing names stays out of a client's bundle. */
import type { Parameter, Policy } from "@couplet/runtime/codegen/v1";
import { type Feature, feature, type OperationPlan, type VersionPlan } from "../model.ts";

type Features = Readonly<Record<string, Feature>>;

/** Also the schemes, with what their login calls need. */
export function connectorFeatures({ connector, namespaces, policies }: VersionPlan): object {
  const limits = Object.values(connector.rateLimits);
  const urls = [
    ...connector.servers.map(({ url }) => url),
    ...Object.values(connector.auth).map(({ token }) => token?.url),
    ...namespaces.flatMap(({ operations }) => operations.map(({ descriptor }) => descriptor.server)),
  ];
  return {
    auth: authFeatures(connector),
    ...(Object.keys(connector.auth).length > 0 && { authorize: feature("securitySchemes") }),
    ...(urls.some((url) => url?.includes("{")) && { fill: feature("serverVariables") }),
    ...(limits.length > 0
      ? { limits: feature("rateLimits") }
      : policies.some(({ policy }) => policy.concurrency) && { limits: feature("concurrencyLimits") }),
    ...(limits.some((limit) => limit.feedback !== undefined) && { feedback: feature("limitFeedback") }),
    ...(limits.some(({ cost }) => typeof cost !== "number") && { costs: feature("answeredCosts") }),
  };
}

export function policyFeatures(policy: Policy): Features {
  return {
    ...(hasCondition(policy) && { conditions: feature("conditionHolds") }),
    ...(policy.idempotency.key !== undefined && { keys: feature("idempotencyKeys") }),
  };
}

/** Wherever it stands: nothing else in a policy has an `op`. */
function hasCondition(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "op") || Object.values(value).some(hasCondition);
}

type Descriptor = Pick<OperationPlan["descriptor"], "parameters" | "body" | "bodies" | "pagination">;

export function operationFeatures({ parameters = [], body, bodies, pagination }: Descriptor): object {
  const write = {
    ...writersOf(parameters),
    ...(body !== undefined && { body: feature(bodies === undefined ? "requestBody" : "chosenRequestBody") }),
  };
  return {
    ...(Object.keys(write).length > 0 && { write }),
    ...(pagination !== undefined && { pages: feature("pagedCall") }),
  };
}

/** How parameters with a style are written, by location. */
function writersOf(parameters: readonly Parameter[]): Features {
  const styled = parameters.filter(({ style }) => style !== undefined);
  const writers: Record<string, Feature> = {};
  for (const { in: place } of styled) {
    const there = styled.filter((one) => one.in === place);
    writers[place] = feature(place === "query" ? queryWriter(there) : others[place]);
  }
  return writers;
}

const others = { path: "styledPathText", header: "headerText", cookie: "cookieText" } as const;

function queryWriter(styled: readonly Parameter[]): string {
  if (styled.some(({ allowReserved }) => allowReserved)) return "reservedQueryText";
  return styled.every(({ style }) => style === "deepObject") ? "deepQueryText" : "queryText";
}

/** Login calls of security schemes are operations too. */
function authFeatures({ auth }: VersionPlan["connector"]): object {
  const schemes = Object.entries(auth).map(([name, scheme]) => {
    const { session } = scheme;
    if (session === undefined) return [name, scheme];
    return [
      name,
      { ...scheme, session: { ...session, login: { ...session.login, ...operationFeatures(session.login) } } },
    ];
  });
  return Object.fromEntries(schemes);
}
