import type { AuthScheme, Template } from "../descriptor.ts";
import { ownOptions } from "../own-options.ts";
import type { AuthContext } from "./auth.ts";
import { credentialId } from "./credential-id.ts";
import { fillAll, fillCredentials } from "./fill-credentials.ts";
import { placeholders } from "./template.ts";
import type { Identity, Turn } from "./token-authenticator.ts";
import { askForToken, type Corrects, type TokenAnswer } from "./token-endpoint.ts";

type Token = NonNullable<AuthScheme["token"]>;

/** The application, as a token endpoint knows it (RFC 6749 section 2.3). */
interface TokenClient extends Identity {
  readonly url: string;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

/** A part of a token request. */
interface TokenPart {
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where it holds a moment by the server's clock. */
  readonly corrects?: Corrects;
}

/** Shows who the client is: a feature that generated code names. Absent: by its id, and its secret in the form. */
export type ClientProof = (client: TokenClient, token: Token, context: AuthContext) => TokenPart | Promise<TokenPart>;

/** Fills the client's own fields of the token request. */
export async function readClient(token: Token, context: AuthContext): Promise<TokenClient> {
  const fill = async (template: string | undefined) => template && fillCredentials(template, context);
  const [clientId, clientSecret] = await Promise.all([fill(token.clientId), fill(token.clientSecret)]);
  const url = context.client.fill(token.url);
  const account = [url, clientId ?? ""];
  // One client may ask for tokens of many accounts by a parameter. A refresh token says by itself whose it is.
  if (token.refreshToken === undefined) account.push(...(await credentialsDigest(token.params, context)));
  return { url, clientId, clientSecret, account, secrets: clientSecret ? [clientSecret] : [] };
}

/** Tells credentials in templates apart without showing them; nothing where there are none. */
export async function credentialsDigest(
  templates: Readonly<Record<string, Template>>,
  context: AuthContext,
): Promise<readonly string[]> {
  const named = Object.entries(templates).filter(([, template]) => placeholders(template).length > 0);
  if (named.length === 0) return [];
  const values = await fillAll(Object.fromEntries(named), context);
  return [await credentialId(context.connector.provider, JSON.stringify(values))];
}

const inForm: ClientProof = ({ clientId, clientSecret }, { clientAuth }) => ({
  form: {
    ...(clientId !== undefined && { client_id: clientId }),
    ...(clientAuth === "body" && clientSecret !== undefined && { client_secret: clientSecret }),
  },
});

/** Parameters of a token request that are no secret; the rest of the form is (RFC 6749, 7521 and 7523). */
const HARMLESS = ["grant_type", "client_id", "scope", "audience", "resource", "client_assertion_type"];

/** Asks for a token with one grant (RFC 6749 section 4), which is made anew for each attempt. Throws AuthFailure. */
export function requestToken(
  client: TokenClient,
  token: Token,
  context: AuthContext,
  turn: Pick<Turn, "claims" | "check">,
  makeGrant: () => TokenPart | Promise<TokenPart>,
): Promise<TokenAnswer> {
  const { scopes, params, prove = inForm } = token;
  return askForToken(
    client.url,
    async () => {
      const grant = ownOptions(await makeGrant());
      const proof = ownOptions(await prove(client, token, context));
      const form = new URLSearchParams({
        ...grant.form,
        ...(scopes.length > 0 && { scope: scopes.join(" ") }),
        ...(await fillAll(params, context)),
        ...(turn.claims !== undefined && { claims: turn.claims }),
        ...proof.form,
      });
      // Before anything can tell of them.
      for (const [name, value] of form) if (!HARMLESS.includes(name)) context.client.redactor.addSecret(value);
      turn.check();
      return {
        method: "POST",
        headers: {
          accept: "application/json",
          "content-type": "application/x-www-form-urlencoded",
          ...proof.headers,
        },
        body: form.toString(),
        corrects: grant.corrects ?? proof.corrects,
      };
    },
    context,
  );
}
