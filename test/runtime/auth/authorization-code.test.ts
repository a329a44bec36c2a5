import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { refreshToken } from "../../../runtime/codegen.ts";
import { createConnection, MemoryTokenStore } from "../../../runtime/index.ts";
import {
  AuthorizationError,
  discoverServer,
  finishAuthorization,
  type PendingAuthorization,
  saveToken,
  startAuthorization,
} from "../../../runtime/oauth.ts";
import { json, type Loopback, startLoopback } from "../loopback.ts";
import { connectorOf } from "../policy-fixture.ts";
import { authClient } from "./auth-client.ts";

let provider: Loopback;
beforeEach(async () => {
  provider = await startLoopback();
});
afterEach(() => provider.close());

const redirectUri = "https://app.example/return";
const server = () => ({
  issuer: provider.base,
  authorizationEndpoint: `${provider.base}/authorize?app=1`,
  tokenEndpoint: `${provider.base}/token`,
});
const start = () =>
  startAuthorization({
    server: server(),
    clientId: "client-1",
    redirectUri,
    scopes: ["a", "b"],
    params: { prompt: "x" },
  });
const back = (pending: PendingAuthorization, more = "") =>
  `${redirectUri}?code=planted-code&state=${pending.state}${more}`;
const failure = async (work: Promise<unknown>): Promise<AuthorizationError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AuthorizationError);
  const { stack, cause } = error as AuthorizationError;
  expect(`${stack}${JSON.stringify(error)}${String(cause)}`).not.toContain("planted");
  return error as AuthorizationError;
};

test("the link has a challenge, a state and the scopes; what is kept survives JSON", async () => {
  const { url, pending } = await start();
  const { searchParams, pathname } = new URL(url);
  expect(pathname).toBe("/authorize");
  expect(Object.fromEntries(searchParams)).toEqual({
    app: "1",
    prompt: "x",
    response_type: "code",
    client_id: "client-1",
    redirect_uri: redirectUri,
    scope: "a b",
    state: pending.state,
    code_challenge: createHash("sha256").update(pending.verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  expect(url).not.toContain(pending.verifier);
  expect(JSON.parse(JSON.stringify(pending))).toEqual(pending);
  expect((await start()).pending.state).not.toBe(pending.state);
});

test.each(["basic", "body", undefined] as const)(
  "the code becomes a token that clients find (%s)",
  async (clientAuth) => {
    const { pending } = await start();
    provider.answer(
      json(200, { access_token: "token-1", token_type: "Bearer", refresh_token: "refresh-1", expires_in: 60 }),
    );
    const secret = clientAuth && { clientAuth, clientSecret: "planted-secret" };
    const token = await finishAuthorization(back(pending), pending, { ...secret, refreshBefore: 10_000 });
    const [request] = provider.arrived;
    const form = Object.fromEntries(new URLSearchParams(request!.body));
    expect(form).toEqual({
      grant_type: "authorization_code",
      code: "planted-code",
      redirect_uri: redirectUri,
      code_verifier: pending.verifier,
      ...(clientAuth !== "basic" && { client_id: "client-1" }),
      ...(clientAuth === "body" && { client_secret: "planted-secret" }),
    });
    // Both halves are form-encoded (RFC 6749 section 2.3.1).
    const basic = decodeURIComponent(atob((request!.headers.authorization ?? "").replace("Basic ", "")));
    expect(basic).toBe(clientAuth === "basic" ? "client-1:planted-secret" : "");
    expect(token).toMatchObject({ access: "token-1", refresh: "refresh-1", version: 1 });
    expect(token.expiresAt! - token.refreshAt!).toBe(10_000);

    const scheme = {
      use: refreshToken,
      credentials: ["refreshToken"],
      apply: [{ in: "header", name: "Authorization", value: "Bearer {accessToken}" }],
      token: {
        url: `${provider.base}/token`,
        clientAuth: "none",
        clientId: "{id}",
        refreshToken: "{refreshToken}",
        scopes: [],
        params: {},
        expiresIn: { path: ["expires_in"], unit: "seconds" },
        refreshBefore: 0,
        rotation: "singleUse",
      },
      refreshOn: [401],
    } as const;
    const store = new MemoryTokenStore();
    const connection = createConnection(connectorOf({ auth: { main: scheme } }));
    await saveToken(store, connection, { token, clientId: "client-1", tenant: "acct-1" });
    await saveToken(store, connection, { token, clientId: "client-1", tenant: "acct-1" });
    provider.answer(json(200, {}));
    const { items } = authClient(provider.base, scheme, { auth: { id: "client-1" }, stores: { tokens: store } });
    await items.get({ id: "1" }, { tenant: "acct-1" });
    expect(provider.arrived.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["/v1/items/1", "Bearer token-1"],
    ]);
    await expect(saveToken(store, connection, { token, clientId: "c", scheme: "other" })).rejects.toThrow(
      "With refresh tokens there is none",
    );
  },
);

test.each<[string, (pending: PendingAuthorization) => string, AuthorizationError["code"]]>([
  ["no", ({ state }) => `${redirectUri}?error=access_denied&error_description=planted&state=${state}`, "denied"],
  ["another state", (pending) => back({ ...pending, state: "x" }), "state"],
  ["no state", () => `${redirectUri}?code=planted-code`, "state"],
  ["another issuer", (pending) => back(pending, "&iss=https%3A%2F%2Fevil.example"), "state"],
  ["no code", ({ state }) => `${redirectUri}?state=${state}`, "server"],
])("a return with %s asks for no token", async (_, callback, code) => {
  const { pending } = await start();
  const error = await failure(finishAuthorization(callback(pending), pending));
  expect(error.code).toBe(code);
  expect(provider.arrived).toHaveLength(0);
});

test.each<[string, number, unknown, RegExp]>([
  ["refuses", 400, { error: "invalid_grant", error_description: "planted-code" }, /answered 400 \(invalid_grant\)/],
  ["is down", 503, "planted", /No usable token/],
  ["gives no token", 200, { planted: true }, /No usable token/],
])("a token endpoint that %s is told without secrets", async (_, status, body, message) => {
  const { pending } = await start();
  provider.answer(json(status, body));
  const error = await failure(finishAuthorization(back(pending), pending, { clientSecret: "planted-secret" }));
  expect(error.code).toBe("server");
  expect(error.message).toMatch(message);
});

test("endpoints are read from the provider's description, and must be https", async () => {
  const description = {
    issuer: provider.base,
    authorization_endpoint: "https://a.example/a",
    token_endpoint: "https://a.example/t",
  };
  provider.answer(json(200, description));
  expect(await discoverServer(provider.base)).toEqual({
    issuer: provider.base,
    authorizationEndpoint: "https://a.example/a",
    tokenEndpoint: "https://a.example/t",
  });
  provider.answer(json(200, { ...description, token_endpoint: "http://a.example/t" }));
  expect((await failure(discoverServer(provider.base))).message).toBe(
    "The token endpoint is not https; secrets are not sent there.",
  );
  provider.answer(json(200, { ...description, issuer: "https://evil.example" }));
  expect((await failure(discoverServer(provider.base))).code).toBe("server");
});
