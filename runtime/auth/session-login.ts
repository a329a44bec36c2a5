import type { AuthScheme, OperationDescriptor, Policy } from "../descriptor.ts";
import { isConnectorError } from "../errors.ts";
import { buildRequest, type Input, type ReadyRequest, readyOperation } from "../request.ts";
import type { AuthContext, Authenticator } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";
import { credentialId } from "./credential-id.ts";
import { fillAll } from "./fill-credentials.ts";
import { readToken } from "./issued-token.ts";
import { type Identity, tokenAuthenticator } from "./token-authenticator.ts";
import { askForToken, type TokenMessage } from "./token-endpoint.ts";

const nothingMore = { key: undefined, userAgent: undefined, url: undefined, headers: undefined };

interface Login extends Identity {
  readonly input: Input;
}

/**
 * A call of the same API that gives a token for credentials. It is sent like a token request: by itself, below no
 * limit, and again when the server fails, but never after a refusal, for that would lock the account.
 */
export function sessionLogin(scheme: AuthScheme, context: AuthContext): Authenticator {
  const { login, parameters, body, token, expiresIn, refreshBefore } = scheme.session!;
  const { provider } = context.connector;
  const { constants, ...call } = login;
  // Of a policy only what stands in a request matters here.
  const policy = { ...constants, idempotency: { class: "unsafe" } } as Policy;
  const operation: OperationDescriptor = { ...call, connector: context.connector, policy, responses: {} };
  const ready = readyOperation(operation);
  const base = context.client.baseOf(login.server);

  return tokenAuthenticator<Login>(scheme, context, {
    refreshBefore,
    async identify() {
      const [own, sent] = await Promise.all([fillAll(parameters, context), fillAll(body, context)]);
      const secrets = [...Object.values(own), ...Object.values(sent)];
      // Which of the values is a password is not known here, so the store sees a digest of all.
      const account = [base + login.path, await credentialId(provider, JSON.stringify(secrets))];
      return { account, secrets, input: { ...own, ...(login.body !== undefined && { body: sent }) } };
    },
    async obtain({ input }, turn) {
      const request = requestOf(() => buildRequest(ready, base, input, nothingMore));
      const { url, headers, body: bytes } = request;
      const message = { method: login.method, headers, ...(bytes !== undefined && { body: bytes }) };
      const make = (): TokenMessage => {
        turn.check();
        return message;
      };
      const answer = await askForToken(url, make, context);
      return readToken(answer, token, expiresIn);
    },
  });
}

function requestOf(build: () => ReadyRequest): ReadyRequest {
  try {
    return build();
  } catch (error) {
    // Its message could quote the value that does not fit.
    if (!isConnectorError(error)) throw error;
    throw new AuthFailure("the credentials cannot be written into the login call. They are not shown.");
  }
}
