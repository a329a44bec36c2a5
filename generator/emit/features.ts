/** Features of the runtime that data needs without naming them itself; what nothing names stays out of a client's bundle. */
import type { Parameter, ParameterLocation, Policy } from "@couplet/runtime/codegen/v1";
import { type Feature, feature, type OperationPlan, type VersionPlan } from "../model.ts";

type Features = Readonly<Record<string, Feature>>;

/** Also the schemes, with what their login calls need. */
export function connectorFeatures({ connector, namespaces }: VersionPlan): object {
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
    ...(limits.length > 0 && { rates: feature("rateLimits") }),
    ...(limits.some((limit) => limit.feedback !== undefined) && { feedback: feature("limitFeedback") }),
    ...(limits.some(({ cost }) => typeof cost !== "number") && { costs: feature("answeredCosts") }),
  };
}

export function policyFeatures(policy: Policy): Features {
  return {
    ...(hasCondition(policy) && { conditions: feature("conditionHolds") }),
    ...(policy.idempotency.class !== "safe" && { changes: feature("changeRules") }),
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

/** How parameters are written, by location; plain values in a path need nothing more. */
function writersOf(parameters: readonly Parameter[]): Features {
  const at = (place: ParameterLocation): readonly Parameter[] => parameters.filter((one) => one.in === place);
  const query = at("query").some(({ allowReserved }) => allowReserved) ? "reservedQueryText" : "queryText";
  const isStyled = at("path").some(({ style, allowReserved }) => allowReserved || style !== undefined);
  return {
    ...(isStyled && { path: feature("styledPathText") }),
    ...(at("query").length > 0 && { query: feature(query) }),
    ...(at("header").length > 0 && { header: feature("headerText") }),
    ...(at("cookie").length > 0 && { cookie: feature("cookieText") }),
  };
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
