import { describe, expect, test } from "vitest";
import { clientCredentials, refreshToken } from "../../../runtime/codegen.ts";
import { MemoryTokenStore } from "../../../runtime/index.ts";
import type { StoredToken } from "../../../runtime/stores/token-store.ts";
import { bearer, hurriedClock, problem, secrets, setUpOAuth } from "../oauth-fixture.ts";
import { send, startTokenServer, type TokenServer } from "../token-server.ts";

test.each([
  [44_000, 1],
  [46_000, 0],
])("a process that stands still for %d ms under the lock sends %d requests", async (still, sent) => {
  const server = await startTokenServer();
  try {
    const clock = hurriedClock();
    const inner = new MemoryTokenStore({ clock });
    const store = {
      get: inner.get.bind(inner),
      replace: inner.replace.bind(inner),
      async lock(key: string, ttl: number) {
        const lease = inner.lock(key, ttl);
        await clock.advance(still);
        return lease;
      },
    };
    const { authorize } = setUpOAuth(server.url, refreshToken, { store, clock });
    if (sent > 0) await authorize();
    else {
      const error = await problem(authorize());
      expect(error.message).toContain("stood still for so long");
      expect(error).toMatchObject({ name: "TimeoutError", effect: "none" });
    }
    expect(server.calls).toHaveLength(sent);
  } finally {
    await server.close();
  }
});

test("a machine that slept under the lock sends nothing: its monotonic clock stood still", async () => {
  const server = await startTokenServer();
  try {
    const clock = hurriedClock();
    const store = new MemoryTokenStore({ clock });
    const { lock } = store;
    let asleep = 0;
    store.lock = (...asked) => {
      asleep = 60_000;
      return lock.apply(store, asked);
    };
    const { now } = clock;
    const sleepy = Object.assign(clock, { now: () => now() + asleep });
    const error = await problem(setUpOAuth(server.url, refreshToken, { store, clock: sleepy }).authorize());
    expect(error.message).toContain("stood still for so long");
    expect(server.calls).toHaveLength(0);
  } finally {
    await server.close();
  }
});

describe("single-use refresh tokens", () => {
  /** Ends the grant when a token is used twice. */
  async function strictServer(): Promise<TokenServer> {
    const server = await startTokenServer();
    const used = new Set<string | null>();
    server.answer(({ form }, count, response) => {
      const token = form.get("refresh_token");
      if (used.has(token)) return send(response, 400, { error: "invalid_grant" });
      used.add(token);
      send(response, 200, { access_token: `token-${count}`, refresh_token: `refresh-${count}`, expires_in: 600 });
    });
    return server;
  }

  test("are not lost with a store that fails to take the new one", async () => {
    const server = await strictServer();
    try {
      const store = new MemoryTokenStore();
      const { replace } = store;
      let away = true;
      store.replace = (...next) => {
        if (away) throw new Error("away");
        return replace.apply(store, next);
      };
      const { authorize, clock } = setUpOAuth(server.url, refreshToken, { store });
      for (let call = 0; call < 3; call++) expect((await problem(authorize())).message).toContain("away");
      away = false;
      expect(bearer(await authorize())).toBe("Bearer token-1");
      await clock.advance(600_000);
      expect(bearer(await authorize())).toBe("Bearer token-2");
      expect(server.calls.map(({ form }) => form.get("refresh_token"))).toEqual([secrets.refreshToken, "refresh-1"]);
    } finally {
      await server.close();
    }
  });

  test("are not lost with all that a store held", async () => {
    const server = await strictServer();
    try {
      let store = new MemoryTokenStore();
      const forgetful = {
        get: (key: string) => store.get(key),
        replace: (key: string, expected: number, next: StoredToken) => store.replace(key, expected, next),
        lock: (key: string, ttl: number) => store.lock(key, ttl),
      };
      const { authorize, clock } = setUpOAuth(server.url, refreshToken, { store: forgetful });
      for (const token of ["token-1", "token-2", "token-3"]) {
        expect(bearer(await authorize())).toBe(`Bearer ${token}`);
        store = new MemoryTokenStore();
        await clock.advance(600_000);
      }
    } finally {
      await server.close();
    }
  });
});

describe("accounts in one store", () => {
  const accounts = ["one", "two"] as const;
  const params = { account_id: "{refreshToken}" };
  test.each([
    ["a parameter of the request", clientCredentials, { params }, undefined],
    ["the refresh token that they begin with", refreshToken, {}, undefined],
    ["their tenants", refreshToken, {}, accounts],
  ] as const)("are told apart by %s", async (_, use, token, tenants) => {
    const server = await startTokenServer();
    server.answer(({ form }, __, response) =>
      send(response, 200, { access_token: form.get("account_id") ?? form.get("refresh_token"), expires_in: 600 }),
    );
    try {
      const store = new MemoryTokenStore();
      for (const times of [1, 2]) {
        const seen = [];
        for (const [at, name] of accounts.entries()) {
          const given = { ...secrets, refreshToken: name };
          const authorization = await setUpOAuth(server.url, use, { store, token, given }).authorize(tenants?.[at]);
          expect(bearer(authorization)).toBe(`Bearer ${name}`);
          seen.push(authorization.credential);
        }
        expect(new Set(seen).size).toBe(2);
        expect(server.calls, `${times}`).toHaveLength(2);
      }
    } finally {
      await server.close();
    }
  });
});
