/** One security scheme of the document in the words of the policy. */
import type { ApiDocument } from "../model.ts";
import { headerNameProblem, isReservedHeader } from "../plan/header-syntax.ts";
import { hostProblem, variablesOf } from "../plan/url-template.ts";
import type { PolicyMap } from "../policy-model.ts";
import type { SecurityScheme } from "../security-scheme.ts";
import { hasSecret, quote } from "./foreign-text.ts";
import { toEnvName, toPolicyName } from "./names.ts";
import { type Entry, leaf, suggest } from "./suggestion.ts";

export interface SchemeBlock {
  readonly credentials: readonly Entry[];
  /** Members of the `auth` block. */
  readonly auth: readonly Entry[];
}

/** How a scheme is asked for; a lower `rank` is preferred where the document leaves the choice. */
interface Way {
  readonly rank: number;
  readonly credentials: readonly string[];
  readonly flow: string;
  readonly apply: PolicyMap;
  readonly more?: readonly Entry[];
}

const bearer = (credential: string): PolicyMap => ({ header: "Authorization", value: `Bearer {${credential}}` });

function apiKeyWay({ in: place = "header", parameter = "", description }: SecurityScheme): Way | undefined {
  const illegal = place === "header" && (headerNameProblem(parameter) !== undefined || isReservedHeader(parameter));
  if (parameter === "" || illegal) return undefined;
  const value = "{apiKey}";
  const said = description === undefined ? "" : `; the document says: ${quote(description)}`;
  const bare = place === "header" && parameter.toLowerCase() === "authorization";
  const word = leaf(
    "apply",
    { header: parameter, value: `Bearer ${value}` },
    `instead, if a word goes before the key${said}`,
  );
  return {
    rank: place === "query" ? 5 : 0,
    credentials: ["apiKey"],
    flow: "apiKey",
    apply: place === "query" ? { query: parameter, value, allowInUrl: true } : { [place]: parameter, value },
    ...(bare ? { more: [suggest(word)] } : {}),
  };
}

/** The token endpoint, when it can be written down as it is. */
function tokenUrlOf(scheme: SecurityScheme, flow: string): string | undefined {
  const flows = scheme.flows ?? {};
  const url = Object.hasOwn(flows, flow) ? flows[flow]?.tokenUrl : undefined;
  const usable = url !== undefined && /^[\x21-\x7e]+$/.test(url) && hostProblem(url) === undefined;
  return usable && variablesOf(url).length === 0 ? url : undefined;
}

function scopesOf(scheme: SecurityScheme, flow: string): Entry[] {
  const scopes = scheme.flows?.[flow]?.scopes ?? [];
  if (scopes.length === 0) return [];
  const why = `the document has ${scopes.length} scopes; ask for those that are needed`;
  return [suggest(leaf("scopes", scopes.slice(0, 12), why))];
}

function oauthWay(document: ApiDocument, scheme: SecurityScheme): Way {
  const flows = scheme.flows ?? {};
  const machine = Object.hasOwn(flows, "clientCredentials");
  const url = tokenUrlOf(scheme, "clientCredentials");
  const relative = machine ? flows["clientCredentials"]?.tokenUrl?.startsWith("/") : false;
  const clientAuth = leaf("clientAuth", "body", "if the token endpoint wants the client's id and secret in the body");
  if (machine && (url !== undefined || (relative && document.servers[0]?.url.startsWith("https://"))))
    return {
      rank: 2,
      credentials: ["clientId", "clientSecret"],
      flow: "clientCredentials",
      apply: bearer("accessToken"),
      more: [
        ...(url === undefined ? [] : [leaf("tokenUrl", url, "the document's")]),
        suggest(clientAuth),
        ...scopesOf(scheme, "clientCredentials"),
      ],
    };
  const flow = ["authorizationCode", "password", "implicit"].find((name) => Object.hasOwn(flows, name)) ?? "";
  const refreshed = tokenUrlOf(scheme, flow);
  const why =
    "instead, if the client is to refresh tokens itself; needs the credentials clientId, clientSecret, refreshToken";
  return {
    rank: 3,
    credentials: ["accessToken"],
    flow: "bearer",
    apply: bearer("accessToken"),
    more:
      refreshed === undefined ? [] : [suggest(leaf("flow", "refreshToken", why)), suggest(leaf("tokenUrl", refreshed))],
  };
}

function wayOf(document: ApiDocument, scheme: SecurityScheme): Way | undefined {
  if (scheme.type === "apiKey") return apiKeyWay(scheme);
  if (scheme.type === "oauth2") return oauthWay(document, scheme);
  if (scheme.type === "openIdConnect")
    return { rank: 3, credentials: ["accessToken"], flow: "bearer", apply: bearer("accessToken") };
  if (scheme.scheme === "bearer") return { rank: 1, credentials: ["token"], flow: "bearer", apply: bearer("token") };
  if (scheme.scheme !== "basic") return undefined;
  const apply = { header: "Authorization", value: "{username}:{password}" };
  return { rank: 4, credentials: ["username", "password"], flow: "basic", apply };
}

export function schemeRank(document: ApiDocument, scheme: SecurityScheme): number | undefined {
  return wayOf(document, scheme)?.rank;
}

/**
 * `taken` are names of credentials that are in use; then this scheme's are called after it. Undefined when the policy
 * has no words for the scheme.
 */
export function inferScheme(
  document: ApiDocument,
  scheme: SecurityScheme,
  provider: string,
  taken: Set<string>,
): SchemeBlock | undefined {
  const way = wayOf(document, scheme);
  if (way === undefined) return undefined;
  const first = taken.size === 0;
  const names = new Map<string, string>();
  for (const credential of way.credentials) {
    const called = hasSecret(scheme.name) ? "credential" : scheme.name;
    const own = way.credentials.length === 1 ? called : `${called}_${credential}`;
    const name = first ? credential : toPolicyName(own, taken);
    names.set(credential, name);
    taken.add(name);
  }
  const renamed = (text: string): string =>
    text.replace(/\{([A-Za-z]+)\}/g, (whole, name: string) => (names.has(name) ? `{${names.get(name)}}` : whole));
  const apply: PolicyMap = { ...way.apply, value: renamed(String(way.apply["value"])) };
  const declared = `the document's security scheme ${quote(scheme.name)}`;
  // The planner finds the two halves of a client's identity by their usual names only.
  const identity = first ? [] : identityParams(names);
  return {
    credentials: [...names.values()].map((name) =>
      leaf(name, { env: toEnvName(provider, name), secret: true }, declared),
    ),
    auth: [
      leaf("scheme", scheme.name, `${scheme.type}${scheme.scheme === undefined ? "" : ` ${scheme.scheme}`}`),
      leaf("flow", way.flow),
      ...(way.more ?? []).map((entry) => (isApply(entry) ? rename(entry, renamed) : entry)),
      leaf("apply", apply, apply["query"] === undefined ? undefined : "a key in the URL ends up in logs on the way"),
      ...identity,
    ],
  };
}

const isApply = (entry: Entry): boolean => entry.key === "apply";

function rename(entry: Entry, renamed: (text: string) => string): Entry {
  const data = entry.data as PolicyMap;
  return { ...entry, data: { ...data, value: renamed(String(data["value"])) } };
}

function identityParams(names: ReadonlyMap<string, string>): Entry[] {
  const id = names.get("clientId");
  const secret = names.get("clientSecret");
  return id === undefined || secret === undefined
    ? []
    : [leaf("params", { client_id: `{${id}}`, client_secret: `{${secret}}` })];
}
