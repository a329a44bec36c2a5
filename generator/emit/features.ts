/** Features of the runtime that data needs without naming them itself; what nothing names stays out of a client's bundle. */
import type { Parameter, Policy } from "@couplet/runtime/codegen/v1";
import { type Feature, feature, type OperationPlan, type VersionPlan } from "../model.ts";

type Connector = VersionPlan["connector"];
type Scheme = Connector["auth"][string];
type Features = Readonly<Record<string, Feature>>;

/** Also the schemes, with what their login calls need. */
export function connectorFeatures({ connector, namespaces, policies }: VersionPlan): object {
  const limits = Object.values(connector.rateLimits);
  const schemes = Object.values(connector.auth);
  const operations = namespaces.flatMap((namespace) => namespace.operations);
  const urls = [
    ...connector.servers.map(({ url }) => url),
    ...schemes.map(({ token }) => token?.url),
    ...operations.map(({ descriptor }) => descriptor.server),
  ];
  // One alternative of one scheme: nothing to choose, nothing to join.
  const isPlain = operations.every(({ descriptor: { security = [] } }) => security.length < 2 && security.every(isOne));
  return {
    credentials: credentialFeatures(connector),
    auth: authFeatures(connector),
    ...(schemes.length > 0 && { authorize: feature(isPlain ? "oneScheme" : "securitySchemes") }),
    ...(schemes.some(({ mode }) => mode !== undefined) && { modes: feature("credentialModes") }),
    ...(urls.some((url) => url?.includes("{")) && { fill: feature("serverVariables") }),
    ...(limits.length > 0
      ? { limits: feature("rateLimits") }
      : policies.some(({ policy }) => policy.concurrency) && { limits: feature("concurrencyLimits") }),
    ...(limits.some((limit) => limit.feedback !== undefined) && { feedback: feature("limitFeedback") }),
    ...(limits.some(({ cost }) => typeof cost !== "number") && { costs: feature("answeredCosts") }),
    ...(connector.echo !== undefined && { readEcho: feature("versionEcho") }),
  };
}

export function policyFeatures(policy: Policy): Features {
  return {
    ...(hasCondition(policy) && { conditions: feature("conditionHolds") }),
    ...(policy.idempotency.class !== "safe" && { changes: feature("changeRules") }),
    ...(policy.idempotency.key !== undefined && { keys: feature("idempotencyKeys") }),
    ...(policy.attributes !== undefined && { readAttributes: feature("callAttributes") }),
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

const isOne = (names: readonly string[]): boolean => names.length === 1;

function credentialFeatures({ credentials, auth }: Connector): object {
  const keys = Object.values(auth)
    .flatMap(({ token, sign }) => [
      token?.assertion,
      token?.clientAssertion,
      sign && "key" in sign ? sign.key : undefined,
    ])
    .flatMap((key) => (key?.encoding === "pem" ? [key.key] : []));
  return mapped(credentials, (credential, name) => ({
    ...credential,
    ...(credential.pattern !== undefined && { looks: feature("credentialLooks") }),
    ...(keys.includes(`{${name}}`) && { pem: true }),
  }));
}

function authFeatures({ auth }: Connector): object {
  return mapped(auth, (scheme) => ({
    ...scheme,
    apply: scheme.apply.map((one) => ({ ...one, ...placeFeature[one.in] })),
    ...(scheme.token && { token: { ...scheme.token, ...tokenFeatures(scheme.token) } }),
    ...(scheme.session && { session: sessionFeatures(scheme.session) }),
  }));
}

const placeFeature = { header: {}, query: { place: feature("inQuery") }, cookie: { place: feature("inCookie") } };

function tokenFeatures({ clientAuth, clientAssertion, invalidGrant }: NonNullable<Scheme["token"]>): Features {
  return {
    ...(clientAuth === "basic" && { prove: feature("basicProof") }),
    ...(clientAssertion !== undefined && { prove: feature("assertionProof") }),
    ...(invalidGrant !== undefined && { conditions: feature("conditionHolds") }),
  };
}

/** A login call is an operation too. */
function sessionFeatures(session: NonNullable<Scheme["session"]>): object {
  return { ...session, login: { ...session.login, ...operationFeatures(session.login) } };
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T, name: string) => object): object {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}
