/** OAuth 2.0 token requests (RFC 6749 sections 4.4 and 6). */
import type { AuthScheme, Pointer } from "@couplet/runtime/codegen/v1";
import type { Plan } from "../model.ts";
import { defaultClientAuth, defaultExpiresIn, defaultRefreshBefore } from "../policy-defaults.ts";
import type { SecurityScheme } from "../security-scheme.ts";
import { at, entriesAt, isNone, type Leaf, leafAt, listAt, type Node, textAt } from "./layers.ts";
import { conditionAt, durationAt, type Planning, pointerAt, unknownName } from "./planning.ts";
import { absentMessage, inspect } from "./pointer-checks.ts";
import type { Credentials } from "./policy-credentials.ts";
import { planAssertion } from "./policy-signing.ts";
import { refuseCredential } from "./policy-url-secrets.ts";
import { typesOf } from "./schema-pointer.ts";
import { hostProblem, originOf, trimSlash, variablesOf } from "./url-template.ts";

type Token = Plan<NonNullable<AuthScheme["token"]>>;
export type OAuthFlow = "clientCredentials" | "refreshToken" | "jwtBearer";
export interface TokenPlan {
  readonly token: Token;
  readonly credentials: readonly string[];
}

/** The token endpoint of the document, made absolute with its first server. */
export function documentedTokenUrl(planning: Planning, scheme: SecurityScheme | undefined): string | undefined {
  const flows = scheme?.flows ?? {};
  const url = (Object.hasOwn(flows, "clientCredentials") ? flows["clientCredentials"] : undefined)?.tokenUrl;
  const any = url ?? Object.values(flows).find((flow) => flow.tokenUrl)?.tokenUrl;
  if (any === undefined || originOf(any) !== undefined) return any;
  const origin = originOf(planning.document.servers[0]?.url ?? "");
  return origin === undefined ? undefined : `${origin}/${any.replace(/^\/+/, "")}`;
}

function tokenUrl(
  planning: Planning,
  auth: Node | undefined,
  scheme: SecurityScheme | undefined,
  variables: readonly string[],
): string | undefined {
  const leaf = leafAt(auth, "tokenUrl");
  const url = textAt(leaf) ?? documentedTokenUrl(planning, scheme);
  if (url === undefined) {
    if (auth)
      planning.findings.add(
        { path: auth.path, spot: { of: "key" } },
        { code: "P003", message: "this flow needs `tokenUrl`", fix: "add `tokenUrl: https://…`" },
      );
    return undefined;
  }
  if (leaf === undefined) return url;
  const problem = hostProblem(url);
  if (problem) planning.findings.add({ path: leaf.path }, { code: "P602", ...problem });
  for (const name of variablesOf(url))
    if (!variables.includes(name) && !refuseCredential(planning, leaf, name, "a URL ends up in logs on the way"))
      unknownName(planning, leaf, "server variable", name, variables, ["serverVariables", name]);
  return url;
}

/** Template of a part of the client's identity: a parameter of the policy, a credential of that name, or a member of one. */
function part(
  auth: Node | undefined,
  parameter: string,
  name: string,
  credentials: Credentials,
  structured: string | undefined,
  used: Set<string>,
): string | undefined {
  const written = leafAt(auth, "params", parameter);
  if (written && typeof written.value === "string") {
    for (const one of credentials.namesIn(written)) used.add(one);
    return written.value;
  }
  if (structured === undefined && credentials.has(name)) {
    credentials.used.add(name);
    used.add(name);
    return `{${name}}`;
  }
  if (structured === undefined) return undefined;
  credentials.used.add(structured);
  used.add(structured);
  return `{${structured}.${name}}`;
}

const own = ["client_id", "client_secret", "refresh_token", "grant_type", "scope"];

export function planToken(
  planning: Planning,
  auth: Node | undefined,
  scheme: SecurityScheme | undefined,
  flow: OAuthFlow,
  credentials: Credentials,
  variables: readonly string[],
): TokenPlan | undefined {
  const url = tokenUrl(planning, auth, scheme, variables);
  const used = new Set<string>();
  const separate =
    credentials.has("clientId") || credentials.has("clientSecret") || at(auth, "params", "client_id") !== undefined;
  const { written } = credentials;
  const only = written.length === 1 ? written[0] : undefined;
  const structured = separate
    ? undefined
    : (only ?? (scheme && written.length === 0 ? credentials.infer(scheme.name) : undefined));
  const clientId = part(auth, "client_id", "clientId", credentials, structured, used);
  const clientSecret = part(auth, "client_secret", "clientSecret", credentials, structured, used);
  const refreshToken =
    flow === "refreshToken" ? part(auth, "refresh_token", "refreshToken", credentials, structured, used) : undefined;
  const clientAuth = textAt(auth, "clientAuth");
  const byKey = clientAuth === "privateKeyJwt";
  // An assertion says who speaks; the client beside it is optional (RFC 7523 section 2.1).
  const byGrant = flow === "jwtBearer" && !byKey;
  const missing = [
    ...(byGrant && clientSecret === undefined ? [] : [clientId ?? "clientId"]),
    ...(byGrant || byKey ? [] : [clientSecret ?? "clientSecret"]),
    ...(flow === "refreshToken" ? [refreshToken ?? "refreshToken"] : []),
  ].filter((one) => !one.includes("{"));
  const declared = missing.filter((name) => !planning.source?.has(["credentials", name]));
  if (auth && declared.length > 0)
    planning.findings.add(
      { path: leafAt(auth, "flow")?.path ?? auth.path },
      {
        code: "P202",
        message: `\`${flow}\` needs ${declared.map((name) => `the credential \`${name}\``).join(" and ")}`,
        fix: `add \`credentials: { ${declared.map((name) => `${name}: { env: … }`).join(", ")} }\``,
      },
    );
  if (url === undefined || missing.some((one) => !one.includes("{"))) return undefined;
  const signed = (what: "jwtBearer" | "privateKeyJwt") =>
    auth && planAssertion(planning, auth, credentials, what, clientId);
  const assertion = flow === "jwtBearer" ? signed("jwtBearer") : undefined;
  const clientAssertion = byKey ? signed("privateKeyJwt") : undefined;
  if ((flow === "jwtBearer" && !assertion) || (byKey && !clientAssertion)) return undefined;
  for (const one of [...(assertion?.credentials ?? []), ...(clientAssertion?.credentials ?? [])]) used.add(one);

  const params = entriesAt(auth, "params").filter(([name]) => !own.includes(name));
  for (const [, node] of params)
    if (node.kind === "leaf" && String(node.value).includes("{"))
      for (const name of credentials.namesIn(node)) used.add(name);
  const usual = clientSecret === undefined ? "none" : defaultClientAuth;
  return {
    token: {
      url,
      clientAuth: byKey ? "none" : ((clientAuth ?? usual) as Token["clientAuth"]),
      ...(clientId === undefined ? {} : { clientId }),
      ...(clientSecret === undefined || byKey ? {} : { clientSecret }),
      ...(assertion && { assertion: assertion.plan }),
      ...(clientAssertion && { clientAssertion: clientAssertion.plan }),
      ...(refreshToken === undefined ? {} : { refreshToken }),
      scopes: (listAt(auth, "scopes") ?? []) as readonly string[],
      params: Object.fromEntries(params.map(([name, node]) => [name, textAt(node) ?? ""])),
      ...planTokenLife(planning, auth, url),
      ...planGrant(planning, auth, flow, refreshToken),
    },
    credentials: [...used],
  };
}

/** P410, where the document describes the token endpoint like any other operation. */
function checkLifetime(planning: Planning, leaf: Leaf, from: Pointer, url: string): void {
  const pathOf = (text: string): string => trimSlash(text.slice(originOf(text)?.length ?? 0));
  const { document, findings } = planning;
  const endpoint = document.operations.find(
    (one) => one.method === "post" && document.servers.some((server) => pathOf(server.url) + one.path === pathOf(url)),
  );
  const lookup = endpoint && inspect(document, from, endpoint, (status) => status.startsWith("2"));
  if (lookup?.kind === "absent") findings.add({ path: leaf.path }, { code: "P410", ...absentMessage(from, lookup) });
  if (lookup?.kind !== "found") return;
  const types = typesOf(lookup.schemas);
  if (types.size === 0 || ["number", "integer", "string"].some((type) => types.has(type))) return;
  findings.add(
    { path: leaf.path },
    {
      code: "P410",
      message: `\`${leaf.value}\` is ${[...types].join(" or ")}, not a number`,
      fix: "point to the number that says how long the token lives",
    },
  );
}

/** How long a token lives, and when it is renewed. `url` is that of the token endpoint. */
export function planTokenLife(
  planning: Planning,
  auth: Node | undefined,
  url?: string,
): Pick<Token, "expiresIn" | "refreshBefore"> {
  const lifecycle = at(auth, "lifecycle");
  const written = at(lifecycle, "expiresIn");
  const from = pointerAt(planning, written, "from");
  const unit = textAt(written, "unit") as "seconds" | "milliseconds" | undefined;
  if (written && unit === undefined && !isNone(written))
    planning.findings.add(
      { path: written.path, spot: { of: "key" } },
      { code: "P101", message: "`expiresIn` lacks its unit", fix: "add `unit: seconds` or `unit: milliseconds`" },
    );
  if (from && from.from !== "body")
    planning.findings.add(
      { path: leafAt(written, "from")!.path },
      {
        code: "P003",
        message: "the lifetime of a token is read from the token answer's body",
        fix: "write `$response.body#/expires_in`",
      },
    );
  if (from?.from === "body" && url !== undefined) checkLifetime(planning, leafAt(written, "from")!, from, url);
  return {
    expiresIn: from?.from === "body" && unit ? { path: from.path, unit } : defaultExpiresIn,
    refreshBefore: durationAt(lifecycle, "refreshBefore") ?? defaultRefreshBefore,
  };
}

function planGrant(
  planning: Planning,
  auth: Node | undefined,
  flow: OAuthFlow,
  refreshToken: string | undefined,
): Pick<Token, "rotation" | "invalidGrant"> {
  const lifecycle = at(auth, "lifecycle");
  const rotation = (textAt(lifecycle, "rotation") ?? "none") as "none" | "singleUse";
  const name = refreshToken === undefined ? undefined : /^\{([^}.]*)/.exec(refreshToken)?.[1];
  const stored = name !== undefined && planning.source?.has(["credentials", name, "store"]);
  if (rotation === "singleUse" && (flow !== "refreshToken" || !stored))
    planning.findings.add(
      { path: leafAt(lifecycle, "rotation")!.path },
      {
        code: "P301",
        message: "tokens that can be used once must be stored, or the next process starts with a used one",
        fix: `write \`credentials: { ${name ?? "refreshToken"}: { store: tokens } }\``,
      },
    );
  const invalidGrant = conditionAt(planning, lifecycle, "invalidGrant", "when");
  return {
    rotation,
    ...(invalidGrant === undefined ? {} : { invalidGrant }),
  };
}
