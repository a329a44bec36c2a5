import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bearerChallenge } from "../../../runtime/auth/bearer-challenge.ts";
import { clientCredentials } from "../../../runtime/codegen.ts";
import { json, type Loopback, startLoopback } from "../loopback.ts";
import { hurriedClock } from "../oauth-fixture.ts";
import { rejection } from "../pay-client.ts";
import { authClient } from "./auth-client.ts";

const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
const encoded = Buffer.from(claims).toString("base64");

test.each<[string, string, worth: boolean, string?]>([
  ["none", "", true],
  ["bare", "Bearer", true],
  ["another scheme", 'Basic realm="x", error="insufficient_scope"', true],
  ["an old token", 'Bearer realm="x", error="invalid_token"', true],
  ["a token that lacks a scope", 'Bearer realm="x", error="insufficient_scope"', false],
  ["unquoted, other letters", "bearer ERROR=insufficient_scope", false],
  ["second of two", 'Basic realm="a, Bearer", Bearer error="insufficient_scope"', false],
  ["first of two", 'Bearer error="invalid_token", Basic error="x"', true],
  ["a bad request", 'Bearer error="invalid_request"', false],
  ["escaped quotes", 'Bearer realm="a\\", error=\\"x", error="invalid_token"', true],
  ["claims", `Bearer error="insufficient_claims", claims="${encoded}"`, true, claims],
  ["claims that are no JSON", 'Bearer claims="bm8="', true],
  ["claims that are a list", `Bearer claims="${btoa("[1]")}"`, true],
])("a challenge: %s", (_, header, worth, wanted) => {
  const found = bearerChallenge(new Headers(header === "" ? {} : { "www-authenticate": header }));
  expect(found.claims).toBe(wanted);
  expect(found.isWorthRefresh).toBe(worth);
});

test("a long header is read in no time", () => {
  const text = `Bearer ${'a="'.repeat(20_000)}`;
  expect(bearerChallenge(new Headers({ "www-authenticate": text })).isWorthRefresh).toBe(true);
});

describe("a refused call", () => {
  let server: Loopback;
  let forms: URLSearchParams[];
  beforeEach(async () => {
    server = await startLoopback();
    forms = [];
  });
  afterEach(() => server.close());

  const scheme = (): Parameters<typeof authClient>[1] => ({
    use: clientCredentials,
    apply: [{ in: "header", name: "Authorization", value: "Bearer {accessToken}" }],
    token: {
      url: `${server.base}/token`,
      clientAuth: "body",
      clientId: "{id}",
      clientSecret: "{secret}",
      scopes: [],
      params: {},
      expiresIn: { path: ["expires_in"], unit: "seconds" },
      refreshBefore: 0,
      rotation: "none",
    },
  });
  const call = (challenge: string) => {
    server.answer((response, request) => {
      if (request.url === "/token") {
        forms.push(new URLSearchParams(request.body));
        return json(200, { access_token: `token-${forms.length}` })(response, request);
      }
      const good = request.headers.authorization === "Bearer token-2";
      return json(good ? 200 : 401, {}, { "www-authenticate": challenge })(response, request);
    });
    const auth = { id: "client", secret: "planted-secret" };
    return authClient(server.base, scheme(), { auth, clock: hurriedClock() }).items.get({ id: "1" });
  };

  test("gets a new token when the old one is called invalid", async () => {
    await call('Bearer error="invalid_token"');
    expect(forms).toHaveLength(2);
    expect(forms[1]!.get("claims")).toBeNull();
  });
  test("hands claims that the API asks for to the token endpoint", async () => {
    await call(`Bearer error="insufficient_claims", claims="${encoded}"`);
    expect(forms.map((form) => form.get("claims"))).toEqual([null, claims]);
  });
  test("leaves a token alone that lacks a scope", async () => {
    expect((await rejection(call('Bearer error="insufficient_scope"'))).name).toBe("AuthenticationError");
    expect(forms).toHaveLength(1);
  });
});
