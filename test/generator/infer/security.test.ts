import { expect, test } from "vitest";
import { errorsOf, infer, loadTree, withList } from "./infer-harness.ts";

type Tree = Record<string, unknown>;

const secured = (securitySchemes: Tree, security: unknown, paths: Tree = {}): object => {
  const get = { operationId: "listThings", responses: { "200": { description: "ok" } }, security };
  return withList({}, { components: { securitySchemes }, paths: { "/things": { get }, ...paths } });
};
const oauth = (flows: Tree): Tree => ({ type: "oauth2", flows });
const credential = (name: string): Tree => ({ env: `ACME_${name}`, secret: true });

test.each<[string, Tree, Tree, Tree]>([
  [
    "a key in a header",
    { type: "apiKey", in: "header", name: "X-Key" },
    { apiKey: credential("API_KEY") },
    { flow: "apiKey", apply: { header: "X-Key", value: "{apiKey}" } },
  ],
  [
    "a key in the URL, as the document says, and allowed by name",
    { type: "apiKey", in: "query", name: "key" },
    { apiKey: credential("API_KEY") },
    { flow: "apiKey", apply: { query: "key", value: "{apiKey}", allowInUrl: true } },
  ],
  [
    "a key in a cookie",
    { type: "apiKey", in: "cookie", name: "sid" },
    { apiKey: credential("API_KEY") },
    { flow: "apiKey", apply: { cookie: "sid", value: "{apiKey}" } },
  ],
  [
    "a bearer token",
    { type: "http", scheme: "Bearer" },
    { token: credential("TOKEN") },
    { flow: "bearer", apply: { header: "Authorization", value: "Bearer {token}" } },
  ],
  [
    "user and password",
    { type: "http", scheme: "basic" },
    { username: credential("USERNAME"), password: credential("PASSWORD") },
    { flow: "basic", apply: { header: "Authorization", value: "{username}:{password}" } },
  ],
  [
    "client credentials",
    oauth({ clientCredentials: { tokenUrl: "https://id.acme.example/token", scopes: { read: "" } } }),
    { clientId: credential("CLIENT_ID"), clientSecret: credential("CLIENT_SECRET") },
    {
      flow: "clientCredentials",
      tokenUrl: "https://id.acme.example/token",
      apply: { header: "Authorization", value: "Bearer {accessToken}" },
    },
  ],
  [
    "a token endpoint that is not https: the token is the caller's matter",
    oauth({ clientCredentials: { tokenUrl: "http://id.acme.example/token", scopes: {} } }),
    { accessToken: credential("ACCESS_TOKEN") },
    { flow: "bearer", apply: { header: "Authorization", value: "Bearer {accessToken}" } },
  ],
  [
    "a person's login",
    oauth({
      authorizationCode: { authorizationUrl: "https://a.example", tokenUrl: "https://a.example/t", scopes: {} },
    }),
    { accessToken: credential("ACCESS_TOKEN") },
    { flow: "bearer", apply: { header: "Authorization", value: "Bearer {accessToken}" } },
  ],
])("%s", async (_, scheme, credentials, auth) => {
  const tree = secured({ main: scheme }, [{ main: [] }]);
  const { data, text, counts } = await infer(tree);
  expect(data["credentials"]).toEqual(credentials);
  expect(data["auth"]).toEqual({ scheme: "main", ...auth });
  expect(counts.schemes).toBe(1);
  expect(await errorsOf(text, await loadTree(tree))).toEqual([]);
});

const key = { type: "apiKey", in: "header", name: "X-Key" };
const basic = { type: "http", scheme: "basic" };

test("a choice of the document: the plainer scheme is active, the other one beside it", async () => {
  const tree = secured({ login: basic, main: key }, [{ login: [] }, { main: [] }]);
  const { data, text } = await infer(tree);
  expect(data["auth"]).toMatchObject({ scheme: "main" });
  expect(Object.keys(data["credentials"] as object)).toEqual(["apiKey"]);
  expect(text).toMatch(/# # the document takes this instead: listThings\n# auth:\n# {3}scheme: login/);
});

test("operations that ask for another scheme get a rule with its own credential", async () => {
  const del = { operationId: "purge", responses: { "204": { description: "gone" } }, security: [{ admin: [] }] };
  const other = { operationId: "more", responses: { "204": { description: "ok" } }, security: [{ main: [] }] };
  const tree = secured({ main: key, admin: { ...key, name: "X-Admin" } }, [{ main: [] }], {
    "/all": { delete: del, post: other },
  });
  const { data, text } = await infer(tree);
  expect(data["credentials"]).toEqual({ apiKey: credential("API_KEY"), admin: credential("ADMIN") });
  expect(data["rules"]).toEqual([
    {
      match: { operations: ["purge"] },
      auth: { scheme: "admin", flow: "apiKey", apply: { header: "X-Admin", value: "{admin}" } },
    },
  ]);
  expect(await errorsOf(text, await loadTree(tree))).toEqual([]);
});

test.each<[string, Tree, unknown, string]>([
  ["a scheme that no operation asks for", { main: key }, [], "but no operation asks for it"],
  ["a scheme without words", { main: { type: "http", scheme: "digest" } }, [{ main: [] }], "no words for"],
  ["a header that is none", { main: { ...key, name: "a b" } }, [{ main: [] }], "no words for"],
])("%s stays a question", async (_, schemes, security, question) => {
  const tree = secured(schemes, security);
  const { data, text } = await infer(tree);
  expect(data["auth"]).toBeUndefined();
  expect(data["credentials"]).toBeUndefined();
  expect(text).toContain(question);
  expect(await errorsOf(text, await loadTree(tree))).toEqual([]);
});
