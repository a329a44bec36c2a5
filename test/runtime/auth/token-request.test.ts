import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clientCredentials } from "../../../runtime/auth/client-credentials.ts";
import { isApiError, isConnectorError } from "../../../runtime/errors.ts";
import { bearer, hurriedClock, problem, setUpOAuth } from "../oauth-fixture.ts";
import { send, startTokenServer, type TokenServer } from "../token-server.ts";

let server: TokenServer;
beforeEach(async () => {
  server = await startTokenServer();
});
afterEach(() => server.close());
const setUp = (...args: Parameters<typeof setUpOAuth> extends [string, ...infer Rest] ? Rest : never) =>
  setUpOAuth(server.url, ...args);

describe("a token endpoint that misbehaves", () => {
  const redirect = { location: "https://evil.example/token" };
  test.each<[string, number, unknown, Record<string, string>, RegExp, calls: number]>([
    ["HTML", 200, "<html>hello</html>", {}, /without an access_token/, 1],
    ["no token", 200, { ok: true }, {}, /without an access_token/, 1],
    ["a token with a line break", 200, { access_token: "a\r\nX-Evil: 1" }, {}, /cannot be sent/, 1],
    ["a token that is empty", 200, { access_token: "" }, {}, /cannot be sent/, 1],
    ["an odd lifetime", 200, { access_token: "t", expires_in: "soon" }, {}, /lifetime/, 1],
    ["a lifetime in the past", 200, { access_token: "t", expires_in: -5 }, {}, /lifetime/, 1],
    ["a refresh token that is no text", 200, { access_token: "t", refresh_token: 7 }, {}, /refresh_token/, 1],
    [
      "a refusal with a code",
      401,
      { error: "invalid_client", error_description: "planted-client-secret" },
      {},
      /401 \(invalid_client\)/,
      1,
    ],
    ["a redirect", 307, "", redirect, /answered 307/, 1],
    ["a failure that stays", 503, "", {}, /503 to 3 attempts/, 3],
    ["a wait too long", 429, "", { "retry-after": "60" }, /429 to 1 attempts/, 1],
    ["an endless answer", 200, " ".repeat(1_100_000), {}, /more than 1 MiB/, 1],
  ])("%s", async (_, status, body, headers, message, calls) => {
    server.answer((__, ___, response) => send(response, status, body, headers));
    const error = await problem(setUp(clientCredentials).authorize());
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^charges\.create \(pay 2026-09-30\): the token endpoint 127\.0\.0\.1:\d+ /);
    expect(isConnectorError(error)).toBe(true);
    expect(isApiError(error, "AuthenticationError") || error.name === "AuthenticationError").toBe(true);
    expect(error).toMatchObject({ effect: "none", code: "token" });
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("planted");
    expect(server.calls).toHaveLength(calls);
  });

  test("failures that pass are retried, a short wait is kept", async () => {
    const clock = hurriedClock();
    const { authorize } = setUp(clientCredentials, { clock });
    server.answer((_, count, response) => {
      if (count === 1) response.destroy();
      else if (count === 2) send(response, 429, "", { "retry-after": "7" });
      else send(response, 200, { access_token: "token-3", expires_in: "3600" });
    });
    const waiting = authorize();
    await expect.poll(() => server.calls.length).toBe(2);
    await expect.poll(() => clock.timers).toBe(1);
    await clock.advance(6_999);
    expect(server.calls).toHaveLength(2);
    await clock.advance(1);
    expect(bearer(await waiting)).toBe("Bearer token-3");
  });

  test("an endpoint that hangs is given up after 10 s, three times", async () => {
    const clock = hurriedClock();
    const { authorize } = setUp(clientCredentials, { clock });
    server.answer(() => {});
    const waiting = problem(authorize() as Promise<unknown>);
    for (let attempt = 1; attempt <= 3; attempt++) {
      await expect.poll(() => server.calls.length).toBe(attempt);
      await clock.advance(10_000);
    }
    const error = await waiting;
    expect(isConnectorError(error, "TimeoutError")).toBe(true);
    expect(clock.timers).toBe(0);
  });

  test("one that cannot be reached is a NetworkError; the next call asks again", async () => {
    let down = true;
    const flaky: typeof fetch = (...args) => (down ? Promise.reject(new TypeError("fetch failed")) : fetch(...args));
    const { authorize } = setUp(clientCredentials, { fetch: flaky });
    expect(isConnectorError(await problem(authorize()), "NetworkError")).toBe(true);
    down = false;
    expect(bearer(await authorize())).toBe("Bearer token-1");
  });

  test.each([
    "http://tokens.example/token",
    "ftp://tokens.example/token",
    "http://127.0.0.1.evil.example/token",
    "nowhere",
  ])("%s gets no secrets", async (url) => {
    let asked = 0;
    const { authorize } = setUp(clientCredentials, {
      token: { url },
      fetch: () => {
        asked++;
        return Promise.reject(new Error("asked"));
      },
    });
    const error = await problem(authorize());
    expect(error).toMatchObject({ name: "AuthenticationError", code: "credential" });
    expect(asked).toBe(0);
  });
});
