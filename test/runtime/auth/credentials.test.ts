import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Authorization, Credential } from "../../../runtime/auth/auth.ts";
import { basicCredential } from "../../../runtime/auth/basic-credential.ts";
import { credentialLooks } from "../../../runtime/auth/credential-looks.ts";
import { inCookie, inQuery } from "../../../runtime/auth/credential-places.ts";
import { securitySchemes } from "../../../runtime/auth/security-schemes.ts";
import { staticCredential } from "../../../runtime/auth/static-credential.ts";
import type { AuthScheme, Connector, OperationDescriptor } from "../../../runtime/descriptor.ts";
import { isConnectorError } from "../../../runtime/errors.ts";
import { createRedactor } from "../../../runtime/redact.ts";
import { rejection } from "../pay-client.ts";
import { connectorOf, operationOf, policyOf } from "../policy-fixture.ts";
import { simulatedClock } from "../simulated-clock.ts";
import { authClient } from "./auth-client.ts";

const scheme = (changes: Partial<AuthScheme> = {}): AuthScheme => ({
  use: staticCredential,
  credentials: ["secretKey"],
  apply: [{ in: "header", name: "Authorization", value: "Bearer {secretKey}" }],
  refreshOn: [401],
  ...changes,
});

function setUp(
  auth: Readonly<Record<string, AuthScheme>>,
  given?: Readonly<Record<string, Credential>>,
  changes: Partial<Connector> = {},
  security: Required<OperationDescriptor>["security"] | "none" = [Object.keys(auth)],
) {
  const connector = connectorOf({ auth, credentials: { secretKey: { env: "PAY_SECRET_KEY" } }, ...changes });
  const operation = { ...operationOf(connector, policyOf()), ...(security !== "none" && { security }) };
  const client = {
    redactor: createRedactor(connector),
    fetch: () => Promise.reject(new Error("no network here")),
    clock: simulatedClock(),
    fill: (template: string) => template,
    baseOf: () => "https://api.pay.example",
  };
  const created = securitySchemes(connector, client, given);
  return () => created.authorize(operation, undefined);
}
function sent(authorization: Authorization, query = ""): { headers: Record<string, string>; url: string } {
  const headers = new Headers();
  const url = new URL(`https://api.pay.example/v1${query}`);
  authorization.apply(headers, url);
  return { headers: Object.fromEntries(headers), url: url.href };
}
const problem = async (authorize: () => unknown): Promise<Error> => {
  try {
    await authorize();
  } catch (error) {
    return error as Error;
  }
  throw new Error("was authorised");
};

afterEach(() => vi.unstubAllEnvs());

describe("staticCredential", () => {
  test.each<[string, Partial<AuthScheme>, Credential, object]>([
    ["bearer", {}, "sk_1", { headers: { authorization: "Bearer sk_1" }, url: "https://api.pay.example/v1?a=%20b" }],
    [
      "another word before the key",
      { apply: [{ in: "header", name: "Authorization", value: "ShipToken {secretKey}" }] },
      "sk_1",
      { headers: { authorization: "ShipToken sk_1" } },
    ],
    [
      "query, with the rest as it was",
      { apply: [{ in: "query", name: "api key", value: "{secretKey}", place: inQuery }] },
      "a&b=c",
      { headers: {}, url: "https://api.pay.example/v1?a=%20b&api%20key=a%26b%3Dc" },
    ],
    [
      "cookie",
      { apply: [{ in: "cookie", name: "sid", value: "{secretKey}", place: inCookie }] },
      "s1",
      { headers: { cookie: "sid=s1" } },
    ],
    [
      "several places and parts",
      {
        apply: [
          { in: "header", name: "X-Id", value: "{secretKey.id}" },
          { in: "header", name: "X-Key", value: "{secretKey.key}" },
        ],
      },
      { id: "7", key: "k" },
      { headers: { "x-id": "7", "x-key": "k" } },
    ],
    ["an async function", {}, async () => "sk_2", { headers: { authorization: "Bearer sk_2" } }],
  ])("%s", async (_, changes, credential, want) => {
    const authorize = setUp({ main: scheme(changes) }, { secretKey: credential });
    expect(sent(await authorize(), "?a=%20b")).toMatchObject(want);
  });

  test("applied twice, as after a redirect, stands there once", async () => {
    const apply = [
      { in: "query", name: "key", value: "{secretKey}", place: inQuery },
      { in: "cookie", name: "sid", value: "{secretKey}", place: inCookie },
    ] as const;
    const authorization = await setUp({ main: scheme({ apply }) }, { secretKey: "k" })();
    const headers = new Headers({ cookie: "a=b" });
    const url = new URL("https://api.pay.example/");
    authorization.apply(headers, url);
    authorization.apply(headers, url);
    expect([url.search, headers.get("cookie")]).toEqual(["?key=k", "a=b; sid=k"]);
  });

  test("answers at once after the first time, and names the credential without showing it", async () => {
    const authorize = setUp({ main: scheme() }, { secretKey: "sk_live_123" });
    const first = await authorize();
    const second = authorize();
    expect(second).not.toBeInstanceOf(Promise);
    expect((second as Authorization).credential).toBe(first.credential);
    expect(first.credential).toMatch(/^[0-9a-f]{16}$/);
    expect(first.secrets).toContain("sk_live_123");
    const again = await setUp({ main: scheme() }, { secretKey: "sk_live_123" })();
    const other = await setUp({ main: scheme() }, { secretKey: "sk_live_124" })();
    expect([again.credential === first.credential, other.credential === first.credential]).toEqual([true, false]);
  });

  test("a function is asked again after a refusal, and only another value is worth a replay", async () => {
    let key = "k1";
    const authorize = setUp({ main: scheme() }, { secretKey: () => key });
    const authorization = await authorize();
    expect(await authorization.refresh?.()).toBe(false);
    key = "k2";
    expect(await authorization.refresh?.()).toBe(true);
    expect(sent(await authorize()).headers).toEqual({ authorization: "Bearer k2" });
    expect((await setUp({ main: scheme() }, { secretKey: "fixed" })()).refresh).toBeUndefined();
    expect((await setUp({ main: scheme({ refreshOn: [] }) }, { secretKey: () => "x" })()).refreshOn).toEqual([]);
  });

  test("an abort while a function thinks", async () => {
    const controller = new AbortController();
    const auth = { secretKey: () => new Promise<string>(() => {}) };
    const { items } = authClient("https://api.pay.example", {}, { auth });
    const waiting = rejection(items.get({ id: "1" }, { signal: controller.signal }));
    controller.abort(new Error("gave up"));
    expect((await waiting).message).toBe("gave up");
  });
});

describe("basicCredential", () => {
  const basic = (value: string) =>
    scheme({ use: basicCredential, apply: [{ in: "header", name: "Authorization", value }] });
  test.each<[string, string, Credential, string]>([
    [
      "user and password",
      "{secretKey.username}:{secretKey.password}",
      { username: "Aladdin", password: "open sesame" },
      "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    ],
    ["the key as user", "{secretKey}:", "wk_1", "d2tfMTo="],
    ["no password", "{secretKey.username}:{secretKey.password}", { username: "wk_1", password: "" }, "d2tfMTo="],
    ["UTF-8", "{secretKey.username}:{secretKey.password}", { username: "test", password: "123£" }, "dGVzdDoxMjPCow=="],
    [
      "a colon in the password",
      "{secretKey.username}:{secretKey.password}",
      { username: "u", password: "a:b" },
      "dTphOmI=",
    ],
  ])("%s", async (_, template, credential, want) => {
    const authorization = await setUp({ main: basic(template) }, { secretKey: credential })();
    expect(sent(authorization).headers).toEqual({ authorization: `Basic ${want}` });
    expect(authorization.secrets).toContain(`Basic ${want}`);
  });

  test("a colon in the user name cannot be sent", async () => {
    const authorize = setUp({ main: basic("{secretKey.username}:x") }, { secretKey: { username: "a:b" } });
    expect((await problem(authorize)).message).toContain("colon");
  });
});

describe("where credentials come from", () => {
  test("the option wins over the environment, and the scheme's name serves too", async () => {
    vi.stubEnv("PAY_SECRET_KEY", "from-env");
    expect(sent(await setUp({ main: scheme() })()).headers).toEqual({ authorization: "Bearer from-env" });
    expect(sent(await setUp({ main: scheme() }, { secretKey: "given" })()).headers).toEqual({
      authorization: "Bearer given",
    });
    expect(sent(await setUp({ main: scheme() }, { main: "by-scheme" })()).headers).toEqual({
      authorization: "Bearer by-scheme",
    });
  });

  test.each([undefined, ""])("a missing one (variable %j) names both ways", async (value) => {
    vi.stubEnv("PAY_SECRET_KEY", value);
    const error = await problem(setUp({ main: scheme() }));
    expect(error.message).toBe(
      'charges.create (pay 2026-09-30): the credential "secretKey" is missing. Give it to createClient({ auth: { secretKey: … } }), or set PAY_SECRET_KEY.',
    );
    expect(isConnectorError(error)).toBe(true);
    expect(error).toMatchObject({ name: "AuthenticationError", effect: "none", code: "credential", attempts: 0 });
  });

  test.each<[string, Credential, Partial<Connector>, RegExp]>([
    [
      "a line break at its end",
      "planted-secret\n",
      {},
      /control character at position 15 of 15 \(a line break at its end\?\)/,
    ],
    ["a header in it", "planted-secret\r\nX-Evil: 1", {}, /control character at position 15/],
    ["characters beyond Latin-1", "planted-secret€", {}, /cannot stand in a header/],
    ["nothing in it", "", {}, /is empty/],
    [
      "another form than its policy asks for",
      "planted-secret",
      { credentials: { secretKey: { pattern: "^sk_", looks: credentialLooks } } },
      /\^sk_/,
    ],
    ["parts where a text is meant", { key: "planted-secret" }, {}, /several parts/],
    ["a part that is no text", { key: 7 } as never, {}, /secretKey.key/],
    ["a number", 7 as never, {}, /is number/],
    ["null from a function", (() => null) as never, {}, /is null/],
    ["a function that fails", () => Promise.reject(new Error("vault is sealed")), {}, /function given .* failed/],
    [
      "a function that throws",
      () => {
        throw new Error("vault is sealed");
      },
      {},
      /function given .* failed/,
    ],
  ])("%s: an error that does not show it", async (_, credential, changes, message) => {
    const error = await problem(setUp({ main: scheme() }, { secretKey: credential }, changes));
    expect(error.message).toMatch(message);
    expect(isConnectorError(error)).toBe(true);
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("planted-secret");
  });

  test("a missing one beside a function that fails later: one error, and nothing goes unheard", async () => {
    const credentials = ["secretKey", "otherKey"];
    const given = { secretKey: () => Promise.reject(new Error("vault is sealed")) };
    const error = await problem(setUp({ main: scheme({ credentials }) }, given));
    expect(error.message).toMatch(/function given|"otherKey" is missing/);
    const apart = { main: scheme(), extra: scheme({ credentials: ["otherKey"] }) };
    expect((await problem(setUp(apart, given))).message).toMatch(/function given|"otherKey" is missing/);
  });

  test.each([
    ["{other}", /"other"/],
    ["{secretKey.member}", /no part "member"/],
    ["{toString}", /"toString"/],
  ])("a template that names %s is an error", async (value, message) => {
    const apply = [{ in: "header", name: "Authorization", value }] as const;
    expect((await problem(setUp({ main: scheme({ apply }) }, { secretKey: { key: "x" } }))).message).toMatch(message);
  });
});

describe("security alternatives", () => {
  const auth = {
    main: scheme(),
    extra: scheme({ credentials: ["extraKey"], apply: [{ in: "header", name: "X-Extra", value: "{extraKey}" }] }),
  };
  test.each<
    [
      string,
      Required<OperationDescriptor>["security"] | "none",
      Readonly<Record<string, Credential>>,
      Record<string, string>,
    ]
  >([
    ["none declared", "none", { secretKey: "s" }, {}],
    ["empty", [], { secretKey: "s" }, {}],
    ["the first that is complete", [["main"], ["extra"]], { extraKey: "e" }, { "x-extra": "e" }],
    [
      "in the order of the document",
      [["main"], ["extra"]],
      { extraKey: "e", secretKey: "s" },
      { authorization: "Bearer s" },
    ],
    [
      "all schemes of one alternative",
      [["main", "extra"]],
      { extraKey: "e", secretKey: "s" },
      { authorization: "Bearer s", "x-extra": "e" },
    ],
    ["anonymous where nothing is given", [["main"], []], {}, {}],
    ["credentials before anonymous", [[], ["main"]], { secretKey: "s" }, { authorization: "Bearer s" }],
  ])("%s", async (_, security, given, want) => {
    expect(sent(await setUp(auth, given, {}, security)()).headers).toEqual(want);
  });

  test("nothing complete: the error speaks of the first", async () => {
    expect((await problem(setUp(auth, {}, {}, [["extra"], ["main"]]))).message).toContain('"extraKey"');
  });

  test("an unknown scheme is a mistake of the generated code", async () => {
    expect(await problem(setUp(auth, {}, {}, [["constructor"]]))).toBeInstanceOf(TypeError);
  });
});

test("a function that fails with more than its message tells only what may be shown", async () => {
  const fault = Object.assign(new Error("vault is sealed"), { request: { token: "planted-vault-token" } });
  const given = () => Promise.reject(fault);
  const { items } = authClient("http://127.0.0.1:1", {}, { auth: { secretKey: given } });
  const error = await rejection(items.get({ id: "1" }));
  expect(String(error.cause)).toBe("Error: vault is sealed");
  expect(inspect(error, { depth: 9 })).not.toContain("planted");
});
