import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Authorization } from "../../runtime/auth/auth.ts";
import { clientCredentials } from "../../runtime/auth/client-credentials.ts";
import { basicProof } from "../../runtime/auth/client-proofs.ts";
import { refreshToken } from "../../runtime/auth/refresh-token.ts";
import { conditionHolds } from "../../runtime/condition.ts";
import { isConnectorError } from "../../runtime/errors.ts";
import { MemoryTokenStore } from "../../runtime/stores/memory-token-store.ts";
import type { StoredToken, TokenStore } from "../../runtime/stores/token-store.ts";
import { bearer, hurriedClock, problem, secrets, setUpOAuth } from "./oauth-fixture.ts";
import { simulatedClock } from "./simulated-clock.ts";
import { send, startTokenServer, type TokenServer } from "./token-server.ts";

let server: TokenServer;
beforeEach(async () => {
  server = await startTokenServer();
});
afterEach(() => server.close());
const setUp = (...args: Parameters<typeof setUpOAuth> extends [string, ...infer Rest] ? Rest : never) =>
  setUpOAuth(server.url, ...args);

describe("clientCredentials", () => {
  test("sends the client in the body, or in a header with both halves form-encoded", async () => {
    const token = { scopes: ["read", "write"], params: { audience: "api" } };
    await setUp(clientCredentials, { token }).authorize();
    await setUp(clientCredentials, {
      token: { clientAuth: "basic", prove: basicProof },
      given: { clientId: "client:1", clientSecret: "p ä" },
    }).authorize();
    expect(Object.fromEntries(server.calls[0]!.form)).toEqual({
      grant_type: "client_credentials",
      scope: "read write",
      audience: "api",
      client_id: "client-1",
      client_secret: "planted-client-secret",
    });
    expect(Object.fromEntries(server.calls[1]!.form)).toEqual({ grant_type: "client_credentials" });
    expect(server.calls[1]!.headers.authorization).toBe(`Basic ${btoa("client%3A1:p+%C3%A4")}`);
  });

  test("keeps the token, answers at once, and gets another one after its end", async () => {
    const { authorize, clock } = setUp(clientCredentials);
    expect(bearer(await authorize())).toBe("Bearer token-1");
    await clock.advance(3_000_000);
    expect(authorize()).not.toBeInstanceOf(Promise);
    await clock.advance(600_000);
    expect(bearer(await authorize())).toBe("Bearer token-2");
    expect(server.calls).toHaveLength(2);
  });

  test("renews ahead of need while calls go on with the old token", async () => {
    const { authorize, clock } = setUp(clientCredentials);
    await authorize();
    await clock.advance(3_600_000 - 119_000);
    for (let call = 0; call < 50; call++) expect(bearer(authorize() as Authorization)).toBe("Bearer token-1");
    await expect.poll(() => bearer(authorize() as Authorization)).toBe("Bearer token-2");
    expect(server.calls).toHaveLength(2);
  });

  test("a renewal ahead of need that fails is nobody's error", async () => {
    const { authorize, clock } = setUp(clientCredentials);
    await authorize();
    await clock.advance(3_600_000 - 60_000);
    server.answer((_, __, response) => send(response, 500, {}));
    expect(bearer(authorize() as Authorization)).toBe("Bearer token-1");
    await expect.poll(() => server.calls.length).toBe(4);
    expect(bearer(authorize() as Authorization)).toBe("Bearer token-1");
    server.answer((_, __, response) => send(response, 200, { access_token: "token-late", expires_in: 3600 }));
    await clock.advance(5_000);
    authorize();
    await expect.poll(() => bearer(authorize() as Authorization)).toBe("Bearer token-late");
  });

  test("counts the lifetime from the request, not from a slow answer", async () => {
    const clock = hurriedClock();
    const slow: typeof fetch = async (...args) => {
      const response = await fetch(...args);
      await clock.advance(9_000);
      return response;
    };
    const { authorize } = setUp(clientCredentials, { clock, fetch: slow });
    server.answer((_, count, response) => send(response, 200, { access_token: `token-${count}`, expires_in: 10 }));
    await authorize();
    await clock.advance(1_000);
    expect(bearer(await authorize())).toBe("Bearer token-2");
  });

  test("200 calls with an expired token make one request", async () => {
    const { authorize, clock } = setUp(clientCredentials);
    await authorize();
    await clock.advance(4_000_000);
    const calls = Array.from({ length: 200 }, async () => {
      const headers = new Headers();
      (await authorize()).apply(headers, new URL(server.url));
      return (await fetch(`${server.url}/v1/charges`, { headers })).status;
    });
    expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
    expect(server.calls).toHaveLength(2);
  });

  test("200 calls that are refused at once make one request, and each may replay", async () => {
    const { authorize } = setUp(clientCredentials);
    const authorizations = await Promise.all(Array.from({ length: 200 }, () => authorize()));
    expect(server.calls).toHaveLength(1);
    const replays = await Promise.all(authorizations.map((authorization) => authorization.refresh!()));
    expect(new Set(replays)).toEqual(new Set([true]));
    expect(new Set(authorizations.map(bearer))).toEqual(new Set(["Bearer token-2"]));
    expect(server.calls).toHaveLength(2);
    // A straggler that carried the first token finds the second one there.
    expect(await authorizations[0]!.refresh!()).toBe(true);
    expect(server.calls).toHaveLength(2);
  });

  test("no refresh where the policy wants none", async () => {
    expect((await setUp(clientCredentials, { refreshOn: [] }).authorize()).refreshOn).toEqual([]);
  });

  test("tenants have tokens of their own, and one name in limits for each", async () => {
    const { authorize } = setUp(clientCredentials);
    const [a, b, none] = await Promise.all([authorize("a"), authorize("b"), authorize()]);
    expect(new Set([bearer(a), bearer(b), bearer(none)]).size).toBe(3);
    expect(new Set([a.credential, b.credential, none.credential]).size).toBe(3);
    expect(bearer(await authorize("a"))).toBe(bearer(a));
  });

  test("without a lifetime the token serves until it is refused", async () => {
    const { authorize, clock } = setUp(clientCredentials);
    server.answer((_, count, response) => send(response, 200, { access_token: `token-${count}` }));
    await authorize();
    await clock.advance(1e12);
    expect(bearer(await authorize())).toBe("Bearer token-1");
  });
});

describe("refreshToken with tokens that work once", () => {
  /** A provider that rotates, and revokes the family when an old token comes back. */
  function rotating(grace = 0): { current: number; revoked: boolean } {
    const state = { current: 0, revoked: false };
    server.answer(({ form }, count, response) => {
      const used = Number(form.get("refresh_token")?.split("-").at(-1));
      if (state.revoked || used > state.current || used < state.current - grace) {
        state.revoked = true;
        send(response, 400, { error: "invalid_grant", error_description: form.get("refresh_token") });
        return;
      }
      state.current = used + 1;
      send(response, 200, {
        access_token: `token-${count}`,
        refresh_token: `planted-refresh-${used + 1}`,
        expires_in: 60,
      });
    });
    return state;
  }

  test("uses each once, over many cycles", async () => {
    const family = rotating();
    const { authorize, clock } = setUp(refreshToken);
    for (let cycle = 1; cycle <= 30; cycle++) {
      const all = await Promise.all(Array.from({ length: 10 }, () => authorize()));
      expect(new Set(all.map(bearer))).toEqual(new Set([`Bearer token-${cycle}`]));
      await clock.advance(60_000);
    }
    expect(family).toEqual({ current: 30, revoked: false });
  });

  test("stores the new one before its access token is used", async () => {
    rotating();
    const store = new MemoryTokenStore();
    const seen: string[] = [];
    const replace = store.replace.bind(store);
    store.replace = (...args) => {
      seen.push("stored");
      return replace(...args);
    };
    const authorization = await setUp(refreshToken, { store }).authorize();
    seen.push(bearer(authorization)!);
    expect(seen).toEqual(["stored", "Bearer token-1"]);
  });

  test("clients that share a store make one request between them, and survive each other", async () => {
    const family = rotating();
    const clock = simulatedClock();
    const store = new MemoryTokenStore({ clock });
    const clients = Array.from({ length: 4 }, () => setUp(refreshToken, { store, clock }));
    for (let cycle = 1; cycle <= 5; cycle++) {
      const all = Promise.all(clients.flatMap(({ authorize }) => [authorize(), authorize()]));
      let done = false;
      all.finally(() => {
        done = true;
      });
      const finished = async () => {
        await clock.advance(20);
        return done;
      };
      await expect.poll(finished).toBe(true);
      expect(new Set((await all).map(bearer))).toEqual(new Set([`Bearer token-${cycle}`]));
      await clock.advance(60_000);
    }
    expect(family).toEqual({ current: 5, revoked: false });
    expect(server.calls).toHaveLength(5);
  });

  test("a grant that is called invalid is looked up again before it counts as dead", async () => {
    // A store without a working lock: another process refreshed between our read and our request.
    const inner = new MemoryTokenStore();
    const theirs: StoredToken = { access: "token-theirs", refresh: "planted-refresh-9", expiresAt: 4e12, version: 1 };
    server.answer((_, __, response) => {
      inner.replace(keyOf(inner), 0, theirs);
      send(response, 400, { error: "invalid_grant" });
    });
    const { authorize } = setUp(refreshToken, { store: spied(inner) });
    expect(bearer(await authorize())).toBe("Bearer token-theirs");
    expect(server.calls).toHaveLength(1);
  });

  test("a dead grant asks for a person, once; a new refresh token revives it", async () => {
    server.answer((_, __, response) =>
      send(response, 400, { error: "invalid_grant", error_description: "planted-refresh-0" }),
    );
    let current = "planted-refresh-0";
    const { authorize } = setUp(refreshToken, { given: { ...secrets, refreshToken: () => current } });
    for (let call = 0; call < 5; call++) {
      const error = await problem(authorize());
      expect(isConnectorError(error, "ReauthorizationRequiredError")).toBe(true);
      expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("planted");
    }
    expect(server.calls).toHaveLength(1);
    current = "planted-refresh-7";
    server.answer((_, __, response) =>
      send(response, 200, { access_token: "token-new", refresh_token: "planted-refresh-8" }),
    );
    expect(bearer(await authorize())).toBe("Bearer token-new");
  });

  test("an answer that was lost: with the server's grace it recovers, without it is one clean end", async () => {
    for (const grace of [1, 0]) {
      const family = rotating(grace);
      let lost = false;
      const losing: typeof fetch = async (...args) => {
        const response = await fetch(...args);
        if (lost) return response;
        lost = true;
        await response.body?.cancel();
        throw new TypeError("fetch failed");
      };
      const { authorize } = setUp(refreshToken, { fetch: losing });
      if (grace === 1) expect(bearer(await authorize())).toMatch(/^Bearer token-/);
      else expect(isConnectorError(await problem(authorize()), "ReauthorizationRequiredError")).toBe(true);
      expect(family.revoked).toBe(grace === 0);
    }
  });

  test("a condition of the policy may say what an invalid grant is", async () => {
    const invalidGrant = { op: "==", left: { from: "body", path: ["code"] }, right: "token_revoked" } as const;
    server.answer((_, __, response) => send(response, 403, { code: "token_revoked" }));
    const error = await problem(
      setUp(refreshToken, { token: { invalidGrant, conditions: conditionHolds } }).authorize(),
    );
    expect(isConnectorError(error, "ReauthorizationRequiredError")).toBe(true);
  });

  test("starts from the token store alone", async () => {
    const { refreshToken: _, ...given } = secrets;
    const inner = new MemoryTokenStore();
    const store = spied(inner);
    const missing = await problem(setUp(refreshToken, { store, given }).authorize());
    expect(missing.message).toContain('"refreshToken" is missing');
    inner.replace(keyOf(inner), 0, { access: "old", refresh: "planted-refresh-3", expiresAt: 1, version: 1 });
    rotating(10).current = 3;
    expect(bearer(await setUp(refreshToken, { store, given }).authorize())).toBe("Bearer token-1");
    expect(server.calls[0]!.form.get("refresh_token")).toBe("planted-refresh-3");
  });

  const keys = new WeakMap<TokenStore, string>();
  function keyOf(store: TokenStore): string {
    return keys.get(store)!;
  }
  /** The store, remembering under which key it was asked. */
  function spied(store: MemoryTokenStore): TokenStore {
    return {
      get(key) {
        keys.set(store, key);
        return store.get(key);
      },
      replace: (...args) => store.replace(...args),
      lock: (...args) => store.lock(...args),
    };
  }
});
