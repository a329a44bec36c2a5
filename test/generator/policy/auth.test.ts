/** Ways to authenticate: what the plan makes of them, and what it says of mistakes. */
import { expect, test } from "vitest";
import { featureName } from "../../../generator/model.ts";
import { apiTree, documentOf, headLines, planOf, toMark, unmark } from "./harness.ts";

const key = "credentials: { key: { env: KEY }, id: { env: ID } }\n";
const url = 'tokenUrl: "https://api.things.example/t"';
const sent = (value: string) => `apply: { header: Authorization, value: "${value}" }`;

test.each<[string, body: string, use: string, wanted: object]>([
  [
    "hmac, with its defaults",
    `${key}auth: { flow: hmac, sign: { key: { credential: key }, signed: "{timestamp}{rawBody}" }, ${sent("{id}:{signature}")} }`,
    "staticCredential",
    {
      credentials: ["id", "key"],
      sign: {
        key: { algorithm: "hmac", hash: "sha256", key: "{key}", encoding: "utf8" },
        signed: "{timestamp}{rawBody}",
        encoding: "hex",
      },
    },
  ],
  [
    "a signature beside a token",
    `credentials: { clientId: { env: A }, clientSecret: { env: B } }\nauth: { flow: clientCredentials, ${url}, sign: { scheme: hook }, apply: [{ header: Authorization, value: "Bearer {accessToken}" }, { header: X-Sig, value: "{signature.a}" }] }`,
    "clientCredentials",
    { credentials: ["clientId", "clientSecret"], token: { clientAuth: "basic" } },
  ],
  [
    "jwtBearer without a client",
    `${key}auth: { flow: jwtBearer, ${url}, sign: { scheme: ecdsa, key: { credential: key }, claims: { iss: "{id}", scope: a } } }`,
    "jwtBearer",
    {
      credentials: ["key", "id"],
      apply: [{ in: "header", name: "Authorization", value: "Bearer {accessToken}" }],
      token: {
        clientAuth: "none",
        assertion: {
          algorithm: "ecdsa",
          hash: "sha256",
          key: "{key}",
          encoding: "pem",
          claims: { iss: "{id}", sub: "{id}", scope: "a" },
          lifetime: 300_000,
        },
      },
    },
  ],
  [
    "modes",
    `${key}auth: { scheme: token, ${sent("Bearer {key}")}, mode: { live: "^l_", sandbox: "^s_" } }`,
    "staticCredential",
    { mode: { live: "^l_", sandbox: "^s_" } },
  ],
])("%s", async (_, body, use, wanted) => {
  const { connector, diagnostics } = await planOf(body);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const { token } = connector.auth;
  expect(featureName(token?.use)).toBe(use);
  expect(token).toMatchObject(wanted);
});

function withLogin(): Promise<Awaited<ReturnType<typeof documentOf>>> {
  const tree = apiTree() as { security?: unknown; paths: Record<string, unknown> };
  delete tree.security;
  tree.paths["/v1/login/{realm}"] = {
    post: {
      operationId: "logIn",
      parameters: [
        { name: "realm", in: "path", required: true, schema: { type: "string" } },
        { name: "Api-Version", in: "header", schema: { type: "string" } },
      ],
      requestBody: {
        content: {
          "application/json": {
            schema: {
              type: "object",
              required: ["user"],
              properties: { user: { type: "string" }, hint: { type: "string" } },
            },
          },
        },
      },
      responses: { "200": { description: "ok" } },
    },
  };
  return documentOf(tree as never);
}

test("a login call carries the constants of its operation, and no credentials itself", async () => {
  const body = `${key}auth: { flow: session, session: { operation: logIn, token: $response.header.X-Token, pass: { realm: eu, user: "{id}" } } }\ndefaults: { headers: { Api-Version: "7" } }`;
  const { connector, operation, diagnostics } = await planOf(body, { document: await withLogin() });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const { session } = connector.auth["token"]!;
  expect(session).toMatchObject({
    login: { id: "logIn", method: "POST", path: "/v1/login/{realm}", constants: { headers: { "Api-Version": "7" } } },
    parameters: { realm: "eu" },
    body: { user: "{id}" },
    token: { from: "header", name: "X-Token" },
    refreshBefore: 60_000,
  });
  expect(session?.login.parameters).toEqual([{ name: "realm", in: "path", required: true }]);
  expect(featureName(session?.login.body?.encode)).toBe("jsonBody");
  expect(operation("logIn").security).toEqual([]);
  expect(operation("getThing").security).toEqual([["token"]]);
});

const session = (rest: string) => `${key}auth: { flow: session, ${rest}, ${sent("{accessToken}")} }`;
const signed = (sign: string, value = "{signature}") => `${key}auth: { scheme: token, ${sign}, ${sent(value)} }`;
const grant = (sign: string) => `${key}auth: { «flow»: jwtBearer, ${url}, ${sign} }`;
test.each<[string, body: string, code: string, says: RegExp]>([
  ["hmac without sign", `${key}auth: { flow: «hmac», ${sent("{key}")} }`, "P003", /needs `sign`/],
  ["no scheme", signed("«sign»: { key: { credential: key }, signed: a }"), "P003", /lacks its `scheme`/],
  ["no key", signed("«sign»: { scheme: hmac, signed: a }"), "P003", /lacks its key/],
  ["an unknown key", signed("sign: { scheme: hmac, key: { credential: «kee» }, signed: a }"), "P202", /`kee`/],
  ["nothing signed", signed("«sign»: { scheme: hmac, key: { credential: key } }"), "P003", /what is signed/],
  [
    "an unknown part",
    signed('sign: { scheme: hmac, key: { credential: key }, signed: «"{bodi}"» }'),
    "P202",
    /no credential `bodi`/,
  ],
  [
    "a signature that is not sent",
    signed("«sign»: { scheme: hmac, key: { credential: key }, signed: a }", "{id}"),
    "P003",
    /never sent/,
  ],
  [
    "a signature that nobody makes",
    `${key}auth: { scheme: token, ${sent("x").replace('"x"', '«"{id}{signature}"»')} }`,
    "P202",
    /`signature`/,
  ],
  [
    "PEM for hmac",
    signed("sign: { scheme: hmac, key: { credential: key, encoding: «pem» }, signed: a }"),
    "P003",
    /no PEM/,
  ],
  [
    "plain text for rsa",
    signed("sign: { scheme: rsa, key: { credential: key, encoding: «utf8» }, signed: a }"),
    "P003",
    /not written as plain text/,
  ],
  [
    "sha1 with curves",
    signed("sign: { scheme: ecdsa, hash: «sha1», key: { credential: key }, signed: a }"),
    "P003",
    /cannot be used with ecdsa/,
  ],
  [
    "claims of a request",
    signed("sign: { scheme: hmac, key: { credential: key }, signed: a, «claims»: { iss: a } }"),
    "P003",
    /`claims` means nothing/,
  ],
  ["an assertion by hook", grant("sign: { scheme: «hook» }").replace("«flow»", "flow"), "P003", /signed with a key/],
  [
    "an assertion with sha1",
    grant("sign: { scheme: rsa, hash: «sha1», key: { credential: key } }").replace("«flow»", "flow"),
    "P003",
    /no JSON Web Token/,
  ],
  [
    "an assertion of nobody",
    grant("«sign»: { scheme: rsa, key: { credential: key } }").replace("«flow»", "flow"),
    "P003",
    /who makes it/,
  ],
  [
    "a claim of the client's",
    grant('sign: { scheme: rsa, key: { credential: key }, claims: { iss: a, «exp»: "1" } }').replace("«flow»", "flow"),
    "P003",
    /itself writes `exp`/,
  ],
  [
    "a pattern that runs away",
    `${key}auth: { scheme: token, ${sent("{key}")}, mode: { live: "«(a+)+$»" } }`,
    "P421",
    /./,
  ],
  ["an unknown login", session("session: { operation: «logInn», token: $response.body#/t }"), "P202", /`logInn`/],
  [
    "a token out of the request",
    session("session: { operation: logIn, «token»: $request.body#/t, pass: { realm: a, user: b } }"),
    "P003",
    /answer/,
  ],
  [
    "an unknown property",
    session('session: { operation: logIn, token: $response.body#/t, pass: { realm: a, user: b, hunt: «"{key}"» } }'),
    "P202",
    /`hunt`/,
  ],
  [
    "a login that lacks a part",
    session("«session»: { operation: logIn, token: $response.body#/t, pass: { realm: a } }"),
    "P003",
    /needs `user`/,
  ],
  ["no session", `${key}«auth»: { flow: session }`, "P003", /needs `session`/],
])("a mistake: %s", async (_, body, code, says) => {
  const { text, marks } = unmark(body);
  const { diagnostics } = await planOf(text, { document: await withLogin() });
  const found = diagnostics.filter((one) => one.code === code && says.test(one.message));
  expect(found).toHaveLength(1);
  expect(found[0]?.fix).not.toBe("");
  const [mark] = marks;
  expect({ ...toMark(found[0]!), length: 0 }).toMatchObject({ line: mark!.line + headLines, column: mark!.column });
});
