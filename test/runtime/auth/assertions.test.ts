import { createHmac, generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AuthKind } from "../../../runtime/auth/auth.ts";
import {
  assertionProof,
  clientCredentials,
  jwtBearer,
  refreshToken,
  signedAssertion,
} from "../../../runtime/codegen.ts";
import type { Assertion, AuthScheme } from "../../../runtime/descriptor.ts";
import { isConnectorError } from "../../../runtime/errors.ts";
import { bearer, hurriedClock, problem, setUpOAuth } from "../oauth-fixture.ts";
import { send, startTokenServer, type TokenServer } from "../token-server.ts";

let server: TokenServer;
beforeEach(async () => {
  server = await startTokenServer();
});
afterEach(() => server.close());

type Token = NonNullable<AuthScheme["token"]>;
const pairs = {
  rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  p256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  p521: generateKeyPairSync("ec", { namedCurve: "P-521" }),
  ed: generateKeyPairSync("ed25519"),
};
const pemOf = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();
const assertion: Assertion = {
  use: signedAssertion,
  algorithm: "rsa",
  hash: "sha256",
  key: "{clientSecret}",
  encoding: "pem",
  claims: {},
  lifetime: 300_000,
};

function setUp(use: AuthKind, token: Partial<Token>, given: Record<string, string>, clock = hurriedClock()) {
  return setUpOAuth(server.url, use as typeof refreshToken, { token, given, clock });
}
const part = (text: string): Record<string, unknown> => JSON.parse(Buffer.from(text, "base64url").toString());
/** Header and claims of a JSON Web Token, as Node's own crypto checks it. */
function read(jwt: string, check: (content: Buffer, signature: Buffer) => boolean): Record<string, unknown>[] {
  const [head = "", claims = "", signature = ""] = jwt.split(".");
  expect(check(Buffer.from(`${head}.${claims}`), Buffer.from(signature, "base64url"))).toBe(true);
  return [part(head), part(claims)];
}
const raw = (key: KeyObject) => ({ key, dsaEncoding: "ieee-p1363" }) as const;
const grant = { clientAuth: "none", claims: { iss: "{clientId}", sub: "ada@example.com", scope: "read" } } as const;

describe("jwtBearer", () => {
  type Row = readonly [
    alg: string,
    Partial<Assertion>,
    secret: string,
    (content: Buffer, signature: Buffer) => boolean,
  ];
  test.each<Row>([
    ["RS256", {}, pemOf(pairs.rsa.privateKey), (c, s) => verify("sha256", c, pairs.rsa.publicKey, s)],
    ["RS512", { hash: "sha512" }, pemOf(pairs.rsa.privateKey), (c, s) => verify("sha512", c, pairs.rsa.publicKey, s)],
    [
      "ES256",
      { algorithm: "ecdsa" },
      pemOf(pairs.p256.privateKey),
      (c, s) => verify("sha256", c, raw(pairs.p256.publicKey), s),
    ],
    [
      "ES512",
      { algorithm: "ecdsa", hash: "sha512" },
      pemOf(pairs.p521.privateKey),
      (c, s) => verify("sha512", c, raw(pairs.p521.publicKey), s),
    ],
    ["EdDSA", { algorithm: "ed25519" }, pemOf(pairs.ed.privateKey), (c, s) => verify(null, c, pairs.ed.publicKey, s)],
    [
      "HS256",
      { algorithm: "hmac", encoding: "utf8" },
      "planted-shared-key",
      (c, s) => createHmac("sha256", "planted-shared-key").update(c).digest().equals(s),
    ],
  ])("%s", async (alg, key, clientSecret, check) => {
    const own = { ...assertion, ...key, keyId: "key-{clientId}", claims: grant.claims };
    const { authorize, clock } = setUp(
      jwtBearer,
      { clientAuth: "none", assertion: own, scopes: ["a", "b"] },
      { clientId: "client-1", clientSecret },
    );
    const before = Math.floor(clock.now() / 1_000);
    expect(bearer(await authorize())).toBe("Bearer token-1");
    const { form } = server.calls[0]!;
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    expect([...form.keys()].sort()).toEqual(["assertion", "client_id", "grant_type", "scope"]);
    const [head, claims] = read(form.get("assertion")!, check);
    expect(head).toEqual({ alg, typ: "JWT", kid: "key-client-1" });
    expect(claims).toEqual({
      iss: "client-1",
      sub: "ada@example.com",
      scope: "read",
      aud: `${server.url}/token`,
      iat: before,
      exp: before + 300,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test("an assertion is made for each attempt, and those for two people are two accounts", async () => {
    const own = { ...assertion, algorithm: "hmac", encoding: "utf8", claims: { sub: "{refreshToken}" } } as const;
    const given = { clientId: "client-1", clientSecret: "planted-shared-key" };
    server.answer((_, count, response) =>
      count === 1 ? send(response, 503, "") : send(response, 200, { access_token: `token-${count}` }),
    );
    const of = (who: string) =>
      setUp(jwtBearer, { clientAuth: "none", assertion: own }, { ...given, refreshToken: who });
    const one = await of("one").authorize();
    const other = await of("other").authorize();
    const ids = server.calls.map(({ form }) => part(form.get("assertion")!.split(".")[1]!)["jti"]);
    expect(new Set(ids).size).toBe(3);
    expect(one.credential).not.toBe(other.credential);
  });

  test.each([900_000, -900_000])("a clock that is %d ms off is corrected once", async (skew) => {
    const clock = hurriedClock();
    server.answer(({ form }, count, response) => {
      const { iat } = part(form.get("assertion")!.split(".")[1]!) as { iat: number };
      const now = clock.now() + skew;
      const date = { date: new Date(now).toUTCString() };
      if (Math.abs(iat * 1_000 - now) > 60_000) send(response, 400, { error: "invalid_grant" }, date);
      else send(response, 200, { access_token: `token-${count}`, expires_in: 60 }, date);
    });
    const own = { ...assertion, algorithm: "hmac", encoding: "utf8" } as const;
    const given = { clientId: "client-1", clientSecret: "planted-shared-key" };
    const { authorize } = setUp(jwtBearer, { clientAuth: "none", assertion: own }, given, clock);
    expect(bearer(await authorize())).toBe("Bearer token-2");
    await clock.advance(60_000);
    expect(bearer(await authorize())).toBe("Bearer token-3");
  });

  test("a refused assertion is asked once, and neither it nor the key is shown", async () => {
    const clock = hurriedClock();
    const date = new Date(clock.now()).toUTCString();
    server.answer(({ form }, _, response) =>
      send(response, 400, { error: "invalid_grant", error_description: form.get("assertion") }, { date }),
    );
    const own = { ...assertion, algorithm: "hmac", encoding: "utf8" } as const;
    const given = { clientId: "client-1", clientSecret: "planted-shared-key" };
    const error = await problem(setUp(jwtBearer, { clientAuth: "none", assertion: own }, given, clock).authorize());
    expect(error.message).toMatch(/answered 400 \(invalid_grant\)/);
    expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(/planted|eyJ/);
    expect(isConnectorError(error)).toBe(true);
    expect(server.calls).toHaveLength(1);
  });
});

test.each([
  ["client credentials", clientCredentials, "client_credentials"],
  ["a refresh token", refreshToken, "refresh_token"],
] as const)("privateKeyJwt proves the client beside %s", async (_, use, type) => {
  const token = { clientAuth: "none", prove: assertionProof, clientAssertion: { ...assertion, keyId: "k1" } } as const;
  const given = { clientId: "client-1", clientSecret: pemOf(pairs.rsa.privateKey), refreshToken: "planted-refresh-0" };
  await setUp(use, token, given).authorize();
  const { form, headers } = server.calls[0]!;
  expect(headers.authorization).toBeUndefined();
  expect(form.get("grant_type")).toBe(type);
  expect(form.get("client_id")).toBe("client-1");
  expect(form.get("client_secret")).toBeNull();
  expect(form.get("client_assertion_type")).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  const check = (content: Buffer, signature: Buffer) => verify("sha256", content, pairs.rsa.publicKey, signature);
  const [head, claims] = read(form.get("client_assertion")!, check);
  expect(head).toEqual({ alg: "RS256", typ: "JWT", kid: "k1" });
  expect(claims).toMatchObject({ iss: "client-1", sub: "client-1", aud: `${server.url}/token` });
});

test("parameters of the token request may hold credentials", async () => {
  const params = { audience: "api", account: "acct-{clientId}" };
  await setUp(
    clientCredentials,
    { params },
    { clientId: "client-1", clientSecret: "planted-client-secret" },
  ).authorize();
  expect(server.calls[0]!.form.get("account")).toBe("acct-client-1");
});
