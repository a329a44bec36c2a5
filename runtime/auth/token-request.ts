import { conditionHolds } from "../condition.ts";
import type { AuthScheme } from "../descriptor.ts";
import { type Exchange, readPath } from "../pointer.ts";
import type { AuthContext } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";
import { toBase64 } from "./byte-text.ts";
import { fillCredentials } from "./fill-credentials.ts";
import { ACCESS_TOKEN, type IssuedToken, readToken } from "./issued-token.ts";
import { serverTimeOf } from "./server-time.ts";
import type { Identity, Turn } from "./token-authenticator.ts";
import { askForToken, type TokenMessage } from "./token-endpoint.ts";

type Token = NonNullable<AuthScheme["token"]>;

/** The application, as a token endpoint knows it (RFC 6749 section 2.3). */
export interface TokenClient extends Identity {
  readonly url: string;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Fills the client's own fields of the token request. */
export async function readClient(token: Token, context: AuthContext): Promise<TokenClient> {
  const fill = (template: string | undefined) =>
    template === undefined ? undefined : fillCredentials(template, context);
  const [clientId, clientSecret] = await Promise.all([fill(token.clientId), fill(token.clientSecret)]);
  const url = context.client.fill(token.url);
  return {
    url,
    clientId,
    clientSecret,
    account: [url, clientId ?? ""],
    secrets: clientSecret === undefined ? [] : [clientSecret],
  };
}

/**
 * Asks for a token with one grant (RFC 6749 section 4); `params` are those of the grant, made anew for each attempt.
 * Throws AuthFailure; what the policy calls an invalid grant is returned instead.
 */
export async function requestToken(
  client: TokenClient,
  token: Token,
  context: AuthContext,
  turn: Pick<Turn, "claims" | "check">,
  params: (now: number) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>,
): Promise<IssuedToken | "invalidGrant"> {
  const { scopes } = token;
  const timed = token.assertion !== undefined || token.clientAssertion !== undefined;
  const make = async (): Promise<TokenMessage> => {
    const now = serverTimeOf(context.client).now(URL.canParse(client.url) ? new URL(client.url).origin : "");
    const form = new URLSearchParams(await params(now));
    if (scopes.length > 0) form.set("scope", scopes.join(" "));
    for (const [name, template] of Object.entries(token.params))
      form.set(name, await fillCredentials(template, context));
    if (turn.claims !== undefined) form.set("claims", turn.claims);
    const headers: Record<string, string> = {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    };
    await identify(form, headers, client, token, context, now);
    turn.check();
    return { method: "POST", url: client.url, headers, body: form.toString(), ...(timed && { timed }) };
  };
  const answer = await askForToken(make, context);
  if (isInvalidGrant(token, answer.exchange)) return "invalidGrant";
  return readToken(answer, ACCESS_TOKEN, token.expiresIn);
}

async function identify(
  form: URLSearchParams,
  headers: Record<string, string>,
  { url, clientId, clientSecret }: TokenClient,
  { clientAuth, clientAssertion }: Token,
  context: AuthContext,
  now: number,
): Promise<void> {
  if (clientAuth === "basic") {
    // Both halves are form-encoded first (RFC 6749 section 2.3.1), so a colon in them does no harm.
    headers["authorization"] =
      `Basic ${toBase64(new TextEncoder().encode(`${formEncoded(clientId ?? "")}:${formEncoded(clientSecret ?? "")}`))}`;
    return;
  }
  if (clientId !== undefined) form.set("client_id", clientId);
  if (clientAuth === "body" && clientSecret !== undefined) form.set("client_secret", clientSecret);
  if (clientAssertion === undefined || clientId === undefined) return;
  // RFC 7523 section 3: who speaks, for whom, and to whom.
  const usual = { iss: clientId, sub: clientId, aud: url };
  form.set("client_assertion_type", ASSERTION_TYPE);
  form.set("client_assertion", await clientAssertion.use(clientAssertion, usual, now, context));
}

/** For flows that have no grant which could be invalid. */
export function orRefused(issued: IssuedToken | "invalidGrant"): IssuedToken {
  if (issued === "invalidGrant") throw new AuthFailure("refused", "the token endpoint refused the grant.");
  return issued;
}

function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function isInvalidGrant(token: Token, exchange: Exchange): boolean {
  if (token.refreshToken === undefined) return false;
  if (token.invalidGrant !== undefined) return conditionHolds(token.invalidGrant, exchange);
  return exchange.status >= 400 && exchange.status < 500 && readPath(exchange.body, ["error"]) === "invalid_grant";
}
