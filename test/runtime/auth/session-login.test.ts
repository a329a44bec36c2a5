import { afterEach, beforeEach, expect, test } from "vitest";
import { formBody, jsonBody, requestBody, sessionLogin } from "../../../runtime/codegen.ts";
import type { AuthScheme, SessionLogin } from "../../../runtime/descriptor.ts";
import { pollute } from "../../hostile/pollute.ts";
import { json, type Loopback, startLoopback } from "../loopback.ts";
import { hurriedClock } from "../oauth-fixture.ts";
import { allWriters } from "../pay.ts";
import { rejection } from "../pay-client.ts";
import { authClient } from "./auth-client.ts";

let server: Loopback;
beforeEach(async () => {
  server = await startLoopback();
});
afterEach(() => server.close());

const auth = { user: "ada", password: "planted-password" };

function session(changes: Partial<SessionLogin> = {}, login: Partial<SessionLogin["login"]> = {}): Partial<AuthScheme> {
  return {
    use: sessionLogin,
    apply: [{ in: "header", name: "X-Session", value: "{accessToken}" }],
    session: {
      login: {
        id: "sessions.create",
        method: "POST",
        path: "/v1/login",
        write: { ...allWriters, body: requestBody },
        body: { contentType: "application/json", encode: jsonBody, required: true },
        constants: { headers: { "Api-Version": "7" } },
        ...login,
      },
      parameters: {},
      body: { user: "{user}", password: "{password}" },
      token: { from: "body", path: ["data", "token"] },
      expiresIn: { path: ["data", "ttl"], unit: "seconds" },
      refreshBefore: 0,
      ...changes,
    },
  };
}

/** An API whose newest session is the only good one. */
function sessions(ttl?: number): { count: number; valid: boolean } {
  const state = { count: 0, valid: true };
  server.answer((response, request) => {
    if (request.url.startsWith("/v1/login")) {
      state.count++;
      state.valid = true;
      json(200, { data: { token: `session-${state.count}`, ttl } })(response, request);
    } else {
      const good = state.valid && request.headers["x-session"] === `session-${state.count}`;
      json(good ? 200 : 401, {})(response, request);
    }
  });
  return state;
}
const logins = () => server.arrived.filter(({ url }) => url.startsWith("/v1/login"));

test("logs in with one call for many, with the constants of the API, and sends the token", async () => {
  const state = sessions();
  const { items } = authClient(server.base, session(), { auth, clock: hurriedClock() });
  await Promise.all(Array.from({ length: 50 }, () => items.get({ id: "1" })));
  expect(state.count).toBe(1);
  const [login] = logins();
  expect(login).toMatchObject({ method: "POST", body: '{"user":"ada","password":"planted-password"}' });
  expect(login?.headers).toMatchObject({ "content-type": "application/json", "api-version": "7" });
  expect(login?.headers["x-session"]).toBeUndefined();
});

test("a polluted Object.prototype sends it nowhere else", async () => {
  const state = sessions();
  const clean = pollute(false, ["headers"]);
  try {
    await authClient(server.base, session(), { auth, clock: hurriedClock() }).items.get({ id: "1" });
  } finally {
    clean();
  }
  expect([state.count, server.arrived.map(({ url }) => url)]).toEqual([1, ["/v1/login", "/v1/items/1"]]);
});

test("logs in again after the session's end, and once after a refusal", async () => {
  const clock = hurriedClock();
  const state = sessions(60);
  const { items } = authClient(server.base, session(), { auth, clock });
  await items.get({ id: "1" });
  await clock.advance(60_000);
  await items.get({ id: "1" });
  expect(state.count).toBe(2);
  state.valid = false;
  await items.get({ id: "1" });
  expect(state.count).toBe(3);
});

test("a form, parameters of the path and the query, and a token in a header", async () => {
  const changes = {
    body: { password: "{password}" },
    parameters: { user: "{user}", keep: "yes" },
    token: { from: "header", name: "x-token" },
  } as const;
  const login = {
    path: "/v1/login/{user}",
    parameters: [
      { name: "user", in: "path" },
      { name: "keep", in: "query" },
    ],
    body: { contentType: "application/x-www-form-urlencoded", encode: formBody },
  } as const;
  server.answer(json(200, {}, { "x-token": "session-h" }), json(200, {}));
  await authClient(server.base, session(changes, login), { auth, clock: hurriedClock() }).items.get({ id: "1" });
  expect(server.arrived[0]).toMatchObject({ url: "/v1/login/ada?keep=yes", body: "password=planted-password" });
  expect(server.arrived[1]?.headers["x-session"]).toBe("session-h");
});

test.each<[string, status: number, body: unknown, RegExp, calls: number]>([
  ["refuses", 401, { error: "bad_password", message: "planted-password" }, /401 \(bad_password\)/, 1],
  ["is down", 503, "", /503 to 3 attempts/, 3],
  ["gives no token", 200, { data: {} }, /200 without a token/, 1],
  ["gives a token with a line break", 200, { data: { token: "a\r\nb" } }, /cannot be sent/, 1],
])("a login that %s is one clear error without secrets", async (_, status, body, message, calls) => {
  server.answer(json(status, body));
  const error = await rejection(
    authClient(server.base, session(), { auth, clock: hurriedClock() }).items.get({ id: "1" }),
  );
  expect(error).toMatchObject({ effect: "none", attempts: 0 });
  expect(error.message).toMatch(message);
  expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("planted");
  expect(server.arrived).toHaveLength(calls);
});

test("a password that does not fit into the call is not shown", async () => {
  const changes = { parameters: { user: "{user}" } };
  const login = { path: "/v1/login/{user}", parameters: [{ name: "user", in: "path" }] } as const;
  const options = { auth: { user: "..", password: "planted-password" }, clock: hurriedClock() };
  const error = await rejection(authClient(server.base, session(changes, login), options).items.get({ id: "1" }));
  expect(error.message).toMatch(/cannot be written into the login call/);
  expect(server.arrived).toHaveLength(0);
});

test("the store holds a digest of the credentials, not them", async () => {
  sessions();
  const keys: string[] = [];
  const { MemoryTokenStore } = await import("../../../runtime/index.ts");
  const inner = new MemoryTokenStore();
  const tokens = {
    get: (key: string) => {
      keys.push(key);
      return inner.get(key);
    },
    replace: inner.replace.bind(inner),
    lock: inner.lock.bind(inner),
  };
  await authClient(server.base, session(), { auth, clock: hurriedClock(), stores: { tokens } }).items.get({ id: "1" });
  expect(keys[0]).toMatch(/login:[0-9a-f]{16}:$/);
  expect(keys.join()).not.toMatch(/planted|ada/);
});
