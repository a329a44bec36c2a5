/**
 * A person's leave for an application (authorization code with PKCE, RFC 6749 section 4.1 and RFC 7636): from the link
 * to the token in a store, where clients with `flow: refreshToken` find it. Needs the package oauth4webapi.
 */
import * as oauth from "oauth4webapi";
import { AuthorizationError } from "./auth/authorization-error.ts";
import { storedToken, tokenKey } from "./auth/token-key.ts";
import type { Connection } from "./connection.ts";
import type { Connector } from "./descriptor.ts";
import { isConfidential } from "./origin.ts";
import { printable } from "./printable.ts";
import type { StoredToken, TokenStore } from "./stores/token-store.ts";

export { AuthorizationError };

/** Where a provider asks people, and where it gives tokens. https, or http on a loopback address. */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
}

export interface AuthorizationRequest {
  readonly server: AuthorizationServer;
  readonly clientId: string;
  /** Where the provider sends the person back to; the same as is registered there. */
  readonly redirectUri: string;
  readonly scopes?: readonly string[];
  /** Further parameters of the provider's, such as `{ access_type: "offline" }`. */
  readonly params?: Readonly<Record<string, string>>;
}

/** Kept between the link and the return, with the person's session on the server; good for one use. Holds a secret. */
export interface PendingAuthorization {
  readonly server: AuthorizationServer;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly verifier: string;
}

export interface FinishOptions {
  /** Absent: a public client, which PKCE alone protects. */
  readonly clientSecret?: string;
  /** How the secret is sent; `basic` when absent. */
  readonly clientAuth?: "body" | "basic";
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
  /** Milliseconds before its end at which the token is renewed; a minute when absent. */
  readonly refreshBefore?: number;
}

/** Reads a provider's own description (RFC 8414, OpenID Connect Discovery). Throws AuthorizationError. */
export async function discoverServer(
  issuer: string,
  options: Pick<FinishOptions, "fetch" | "signal"> = {},
): Promise<AuthorizationServer> {
  const url = endpoint(issuer, "issuer");
  return guarded(async () => {
    const answer = await oauth.discoveryRequest(url, requestOptions(url, options));
    const found = await oauth.processDiscoveryResponse(url, answer);
    return {
      issuer: found.issuer,
      authorizationEndpoint: endpoint(found.authorization_endpoint, "authorization endpoint").href,
      tokenEndpoint: endpoint(found.token_endpoint, "token endpoint").href,
    };
  });
}

/** The link to send a person to, and what must be kept until they come back. */
export async function startAuthorization(
  request: AuthorizationRequest,
): Promise<{ readonly url: string; readonly pending: PendingAuthorization }> {
  const { server, clientId, redirectUri, scopes = [], params = {} } = request;
  const state = oauth.generateRandomState();
  const verifier = oauth.generateRandomCodeVerifier();
  const url = endpoint(server.authorizationEndpoint, "authorization endpoint");
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  url.searchParams.set("response_type", "code");
  url.searchParams.set("client_id", clientId);
  url.searchParams.set("redirect_uri", redirectUri);
  url.searchParams.set("state", state);
  url.searchParams.set("code_challenge", await oauth.calculatePKCECodeChallenge(verifier));
  url.searchParams.set("code_challenge_method", "S256");
  if (scopes.length > 0) url.searchParams.set("scope", scopes.join(" "));
  return { url: url.href, pending: { server, clientId, redirectUri, state, verifier } };
}

/**
 * Exchanges the code in the URL that the person came back to. Throws AuthorizationError: `denied` when the person (or
 * the provider) said no, `state` when the return does not belong to `pending`, `server` when no usable token came.
 */
export async function finishAuthorization(
  callback: string | URL,
  pending: PendingAuthorization,
  options: FinishOptions = {},
): Promise<StoredToken> {
  const { server, clientId, redirectUri, state, verifier } = pending;
  const url = endpoint(server.tokenEndpoint, "token endpoint");
  const description = { issuer: server.issuer, token_endpoint: url.href };
  const client = { client_id: clientId };
  const requestedAt = Date.now();
  const returned = readReturn(() => oauth.validateAuthResponse(description, client, new URL(callback), state));
  return guarded(async () => {
    const answer = await oauth.authorizationCodeGrantRequest(
      description,
      client,
      proofOf(options),
      returned,
      redirectUri,
      verifier,
      requestOptions(url, options),
    );
    const token = await oauth.processAuthorizationCodeResponse(description, client, answer);
    const issued = {
      access: token.access_token,
      requestedAt,
      ...(token.refresh_token !== undefined && { refresh: token.refresh_token }),
      ...(token.expires_in !== undefined && { lifetime: token.expires_in * 1_000 }),
    };
    return storedToken(issued, undefined, options.refreshBefore ?? 60_000);
  });
}

/**
 * Puts a token where the clients of a connection look for it, in place of an older one. `scheme` may be left out when
 * the connector has a single one with a token endpoint. Throws a TypeError when there is none or the store refuses.
 */
export async function saveToken(
  store: TokenStore,
  connection: Connection,
  given: { readonly token: StoredToken; readonly clientId: string; readonly scheme?: string; readonly tenant?: string },
): Promise<void> {
  const { connector, servers } = connection;
  const [name, url] = placeOf(connector, given.scheme);
  const account = [servers.fill(url), given.clientId];
  const key = tokenKey(connector.provider, name, account, given.tenant ?? connection.tenant);
  for (let tries = 0; tries < 3; tries++) {
    const version = (await store.get(key))?.version ?? 0;
    if (await store.replace(key, version, { ...given.token, version: version + 1 })) return;
  }
  throw new TypeError("The token store does not take the token: others keep writing it.");
}

/** Name and token URL of the scheme. */
function placeOf({ auth, provider }: Connector, wanted: string | undefined): readonly [string, string] {
  const found = Object.entries(auth).flatMap(([name, { token }]) =>
    token?.refreshToken !== undefined && (wanted === undefined || wanted === name) ? [[name, token.url] as const] : [],
  );
  if (found.length === 1) return found[0]!;
  const names = found.map(([name]) => `"${printable(name)}"`).join(", ") || "none";
  throw new TypeError(`Which scheme of ${printable(provider)} takes the token? With refresh tokens there is ${names}.`);
}

function proofOf({ clientSecret, clientAuth }: FinishOptions): oauth.ClientAuth {
  if (clientSecret === undefined) return oauth.None();
  return clientAuth === "body" ? oauth.ClientSecretPost(clientSecret) : oauth.ClientSecretBasic(clientSecret);
}

function endpoint(text: string | undefined, what: string): URL {
  if (text === undefined || !URL.canParse(text)) throw new AuthorizationError("server", `The ${what} is not a URL.`);
  const url = new URL(text);
  if (isConfidential(url)) return url;
  throw new AuthorizationError("server", `The ${what} is not https; secrets are not sent there.`);
}

function requestOptions(url: URL, { fetch, signal }: Pick<FinishOptions, "fetch" | "signal">): object {
  return {
    // `endpoint` lets http pass for this machine only.
    [oauth.allowInsecureRequests]: url.protocol === "http:",
    ...(fetch && { [oauth.customFetch]: fetch }),
    ...(signal && { signal }),
  };
}

function readReturn<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError)
      throw new AuthorizationError("denied", `The provider gave no leave${codeOf(error.error)}.`);
    throw new AuthorizationError("state", "The return does not belong to this authorization. Start it again.");
  }
}

/** The library's errors carry answers and codes as their causes; what is told here has neither. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AuthorizationError) throw error;
    if (error instanceof oauth.ResponseBodyError)
      throw new AuthorizationError("server", `The token endpoint answered ${error.status}${codeOf(error.error)}.`);
    if (error instanceof Error && error.name === "AbortError") throw error;
    throw new AuthorizationError("server", "No usable token came from the token endpoint.");
  }
}

/** Only codes of RFC 6749: descriptions may repeat what was sent. */
function codeOf(code: string): string {
  return /^[a-z0-9_.-]{1,64}$/i.test(code) ? ` (${code})` : "";
}
