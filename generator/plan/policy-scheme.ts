/** One security scheme: how its credential is obtained and where it goes. */
import type { AuthScheme } from "@couplet/runtime/codegen/v1";
import { feature, type Plan } from "../model.ts";
import { defaultRefreshOn } from "../policy-defaults.ts";
import type { SecurityScheme } from "../security-scheme.ts";
import { headerNameProblem, isReservedHeader } from "./header-syntax.ts";
import { at, entriesAt, itemsOf, leafAt, listAt, type Node, textAt } from "./layers.ts";
import { type Planning, patternAt } from "./planning.ts";
import type { Credentials } from "./policy-credentials.ts";
import { planSession, type Surroundings } from "./policy-session.ts";
import { attemptNames, planSignature } from "./policy-signing.ts";
import { documentedTokenUrl, type OAuthFlow, planToken } from "./policy-token.ts";

type Application = Plan<AuthScheme>["apply"][number];
const flows = [
  "apiKey",
  "basic",
  "bearer",
  "clientCredentials",
  "refreshToken",
  "jwtBearer",
  "session",
  "hmac",
] as const;
type Flow = (typeof flows)[number];

export interface SchemeUnderway {
  readonly scheme: Plan<AuthScheme>;
  /** Key of the operation that gives the token. */
  readonly login?: string;
}

const isOAuth = (flow: Flow): flow is OAuthFlow =>
  flow === "clientCredentials" || flow === "refreshToken" || flow === "jwtBearer";
const hasToken = (flow: Flow): boolean => isOAuth(flow) || flow === "session";

function inferFlow(
  planning: Planning,
  auth: Node | undefined,
  scheme: SecurityScheme | undefined,
  credentials: Credentials,
): Flow {
  const written = textAt(auth, "flow");
  if (written !== undefined) return written as Flow;
  if (scheme?.type === "apiKey") return "apiKey";
  if (scheme?.type === "http") return scheme.scheme === "basic" ? "basic" : "bearer";
  const declared = textAt(auth, "tokenUrl") !== undefined;
  if (declared && credentials.has("refreshToken")) return "refreshToken";
  const flows = scheme?.flows ?? {};
  const machine = Object.hasOwn(flows, "clientCredentials") && documentedTokenUrl(planning, scheme) !== undefined;
  return declared || (machine && at(auth, "apply") === undefined) ? "clientCredentials" : "bearer";
}

function writtenApply(auth: Node | undefined): Node[] {
  const node = at(auth, "apply");
  if (node === undefined) return [];
  return node.kind === "branch" ? [node] : itemsOf(node);
}

function planApplication(
  planning: Planning,
  node: Node,
  flow: Flow,
  credentials: Credentials,
  used: Set<string>,
  signs: boolean,
): Application[] {
  const value = leafAt(node, "value");
  const places = (["header", "query", "cookie"] as const).filter((place) => leafAt(node, place));
  const [place] = places;
  if (place === undefined || places.length > 1 || value === undefined || typeof value.value !== "string") {
    planning.findings.add(
      { path: node.path },
      {
        code: "P003",
        message: "`apply` needs one of `header`, `query` and `cookie`, and a `value`",
        fix: 'write for example `{ header: Authorization, value: "Bearer {secretKey}" }`',
      },
    );
    return [];
  }
  const name = textAt(node, place)!;
  const problem =
    place === "header"
      ? (headerNameProblem(name) ?? (isReservedHeader(name) ? `\`${name}\` is set by the client itself` : undefined))
      : undefined;
  if (problem)
    planning.findings.add(
      { path: leafAt(node, place)!.path },
      { code: "P003", message: problem, fix: "write the name of the provider's header" },
    );
  if (place === "query" && leafAt(node, "allowInUrl")?.value !== true)
    planning.findings.add(
      { path: leafAt(node, place)!.path },
      {
        code: "P601",
        message: "a credential in the URL ends up in logs on the way",
        fix: "send it in a header, or add `allowInUrl: true` if the provider knows no other way",
      },
    );
  const template = value.value;
  const others = [...(hasToken(flow) ? ["accessToken"] : []), ...(signs ? attemptNames : [])];
  const names = credentials.namesIn(value, others);
  for (const one of names) used.add(one);
  if (!/\{[^{}]+\}/.test(template))
    planning.findings.add(
      { path: value.path },
      {
        code: "P601",
        message: "a credential must come from `credentials`; this is a literal",
        fix: "declare it under `credentials` with `env: NAME`, and write `{name}` here",
      },
    );
  return [{ in: place, name, value: flow === "basic" ? template.replace(/^Basic +/i, "") : template }];
}

/** What a scheme sends when the policy does not say: as its type demands. */
function usualApply(scheme: SecurityScheme | undefined, flow: Flow, credential: string): Application {
  if (flow === "apiKey" && scheme?.type === "apiKey")
    return { in: scheme.in ?? "header", name: scheme.parameter ?? "Authorization", value: `{${credential}}` };
  if (flow === "basic")
    return { in: "header", name: "Authorization", value: `{${credential}.username}:{${credential}.password}` };
  return { in: "header", name: "Authorization", value: `Bearer {${hasToken(flow) ? "accessToken" : credential}}` };
}

/** The credential that is meant when `apply` does not name one. */
function usualCredential(
  planning: Planning,
  auth: Node | undefined,
  name: string,
  credentials: Credentials,
): string | undefined {
  if (credentials.has(name)) return name;
  const { names } = credentials;
  if (auth === undefined || names.length === 0) return credentials.infer(name);
  if (names.length === 1) return names[0];
  planning.findings.add(
    { path: auth.path, spot: { of: "key" } },
    {
      code: "P202",
      message: `it is not said which of the credentials ${names.map((one) => `\`${one}\``).join(", ")} is sent`,
      fix: 'add `apply: { header: …, value: "{name}" }`',
    },
  );
  return undefined;
}

/** `auth` undefined: nobody wrote anything, the scheme of the document decides. */
export function planScheme(
  planning: Planning,
  name: string,
  auth: Node | undefined,
  credentials: Credentials,
  surroundings: Surroundings,
): SchemeUnderway | undefined {
  const scheme = planning.document.securitySchemes.find((one) => one.name === name);
  const { variables } = surroundings;
  const flow = inferFlow(planning, auth, scheme, credentials);
  if (!flows.includes(flow)) return undefined;
  const statuses = leafAt(auth, "lifecycle", "refreshOn");
  const refreshOn = (listAt(statuses) as readonly number[] | undefined) ?? defaultRefreshOn;
  for (const [index, status] of refreshOn.entries())
    if (status < 400 || status > 499)
      planning.findings.add(
        { path: [...statuses!.path, index] },
        {
          code: "P003",
          message: `${status} does not say that credentials were refused`,
          fix: "write statuses such as 401",
        },
      );

  const token = isOAuth(flow) ? planToken(planning, auth, scheme, flow, credentials, variables.names()) : undefined;
  if (isOAuth(flow) && token === undefined) return undefined;
  const session = flow === "session" && auth ? planSession(planning, auth, credentials, surroundings) : undefined;
  if (flow === "session" && session === undefined) return undefined;
  const used = new Set<string>([...(token?.credentials ?? []), ...(session?.credentials ?? [])]);
  // With an assertion, `sign` speaks of that.
  const ofAssertion = token?.token.assertion !== undefined || token?.token.clientAssertion !== undefined;
  const signs = at(auth, "sign") !== undefined && !ofAssertion;
  const written = writtenApply(auth);
  const apply = written.flatMap((node) => planApplication(planning, node, flow, credentials, used, signs));
  if (written.length === 0) {
    const pair = flow === "basic" && credentials.has("username") && credentials.has("password");
    const credential = hasToken(flow) || pair ? "" : usualCredential(planning, auth, name, credentials);
    if (credential === undefined) return undefined;
    const usual = usualApply(scheme, flow, credential);
    if (usual.in !== "query" && headerNameProblem(usual.name) !== undefined) return undefined;
    for (const one of pair ? ["username", "password"] : credential === "" ? [] : [credential]) {
      credentials.used.add(one);
      used.add(one);
    }
    apply.push(pair ? { ...usual, value: "{username}:{password}" } : usual);
  }
  if (apply.length === 0) return undefined;
  const signature = signs && auth ? planSignature(planning, auth, credentials, apply) : undefined;
  if ((signs || flow === "hmac") && signature === undefined) return unsigned(planning, auth, signs);
  for (const one of signature?.credentials ?? []) used.add(one);
  const mode = planMode(planning, auth);
  return {
    scheme: {
      use: feature(isOAuth(flow) ? flow : (uses[flow] ?? "staticCredential")),
      credentials: [...used],
      apply,
      ...(token === undefined ? {} : { token: token.token }),
      ...(session === undefined ? {} : { session: session.session }),
      ...(signature === undefined ? {} : { sign: signature.plan }),
      ...(mode === undefined ? {} : { mode }),
      refreshOn,
    },
    ...(session === undefined ? {} : { login: session.operation }),
  };
}

const uses: Partial<Record<Flow, string>> = { basic: "basicCredential", session: "sessionLogin" };

/** What is wrong with `sign` has been told; `flow: hmac` without it has not. */
function unsigned(planning: Planning, auth: Node | undefined, signs: boolean): undefined {
  if (auth === undefined || signs) return undefined;
  planning.findings.add(
    { path: leafAt(auth, "flow")?.path ?? auth.path },
    {
      code: "P003",
      message: "`flow: hmac` needs `sign`",
      fix: 'add `sign: { key: { credential: name }, signed: "{timestamp}{method}{path}{rawBody}" }`',
    },
  );
  return undefined;
}

function planMode(planning: Planning, auth: Node | undefined): Readonly<Record<string, string>> | undefined {
  const modes = entriesAt(auth, "mode").flatMap(([name]) => {
    const pattern = patternAt(planning, auth, "mode", name);
    return pattern === undefined ? [] : [[name, pattern] as const];
  });
  return modes.length === 0 ? undefined : Object.fromEntries(modes);
}
