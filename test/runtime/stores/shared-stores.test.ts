import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refreshToken } from "../../../runtime/auth/refresh-token.ts";
import { systemClock } from "../../../runtime/clock.ts";
import {
  type BreakerStore,
  postgresBreakerStore,
  postgresRateStore,
  postgresSchema,
  postgresTokenStore,
} from "../../../runtime/postgres.ts";
import {
  type RedisCommand,
  redisBreakerStore,
  redisRateStore,
  redisTokenStore,
  StoreFailure,
} from "../../../runtime/redis.ts";
import { slidingWindow } from "../../../runtime/sliding-window.ts";
import { PostgresRates } from "../../../runtime/stores/postgres/postgres-rate-store.ts";
import type { RateStore, SafeRateStore, Verdict } from "../../../runtime/stores/rate-store.ts";
import { RedisRates } from "../../../runtime/stores/redis/redis-rate-store.ts";
import type { RateAsk, RateBackend } from "../../../runtime/stores/shared/rate-backend.ts";
import type { TokenStore } from "../../../runtime/stores/token-store.ts";
import { tokenBucket } from "../../../runtime/token-bucket.ts";
import { bearer, setUpOAuth } from "../oauth-fixture.ts";
import { simulatedClock } from "../simulated-clock.ts";
import { send as answer, startTokenServer } from "../token-server.ts";
import { ioredisClient, nodeRedisClient, postgresClient, removeKeys } from "./clients.ts";
import { describeWith, runId } from "./services.ts";

/** Openings of one process, as another sees them. */
function breakersOf(make: () => BreakerStore): void {
  test("an opening is known to others until it ends, and the longest counts", async () => {
    const [one, other] = [make(), make()];
    expect(await other.heldFor("pay:https://a.example")).toBe(0);
    await one.publish("pay:https://a.example", 20_000.5);
    await other.publish("pay:https://a.example", 10_000);
    expect(await other.heldFor("pay:https://a.example")).toBeGreaterThan(15_000);
    expect(await other.heldFor("pay:https://a.example")).toBeLessThanOrEqual(20_001);
    expect(await other.heldFor("pay:https://b.example")).toBe(0);
    await one.publish("pay:https://b.example", 20);
    await expect.poll(() => other.heldFor("pay:https://b.example")).toBe(0);
  });
}

/** A grant of a window counts until its hold ends; told of its use, from then on. */
function usesOf(backend: RateBackend, key: string): void {
  const of = {
    algorithm: "window",
    capacity: 4,
    per: 60_000,
    refill: 4,
    hold: 30_000,
    horizon: 500,
    spent: 0,
  } as const;
  const ask = (changes: Partial<RateAsk>) =>
    backend.ask(key, { ...of, units: 1, back: undefined, used: undefined, told: undefined, ...changes });

  test("a window begins when a grant was used, as soon as that is told", async () => {
    const first = await ask({ units: 2 });
    const second = await ask({ units: 2 });
    expect((await ask({})).wait).toBeGreaterThan(85_000);
    // Later than the hold: nothing is won.
    expect((await ask({ used: { units: 2, slot: first.slot, ago: -40_000 } })).wait).toBeGreaterThan(85_000);
    const told = await ask({ used: { units: 1, slot: second.slot, ago: 20_000 } });
    expect(told).toMatchObject({ granted: 0, left: 0 });
    expect(told.wait).toBeGreaterThan(35_000);
    expect(told.wait).toBeLessThan(40_001);
    const both = await ask({ units: 2, used: { units: 2, slot: first.slot, ago: 10_000 } });
    expect(both.wait).toBeGreaterThan(45_000);
    expect(both.wait).toBeLessThan(50_001);
    // One unit went back, two were used a window ago.
    const back = { units: 1, slot: second.slot };
    const gone = await ask({ units: 1, back });
    expect(gone).toMatchObject({ granted: 1, left: 0 });
    expect((await ask({ units: 1 })).wait).toBeGreaterThan(35_000);
  });
}

/** What a call cost beyond its grant counts at the same moment. */
function debtsOf(backend: RateBackend, key: string): void {
  test("what is given back of a grant that others owe on is given back once", async () => {
    const of = { algorithm: "window", capacity: 9, per: 60_000, refill: 9, hold: 5_000, horizon: 50 } as const;
    const ask = (changes: Partial<RateAsk>) =>
      backend.ask(key, { ...of, units: 0, spent: 0, back: undefined, used: undefined, told: undefined, ...changes });
    const { slot } = await ask({ units: 4 });
    expect(await ask({ spent: 1 })).toMatchObject({ left: 4 });
    expect(await ask({ back: { units: 1, slot } })).toMatchObject({ left: 5 });
    expect(await ask({ used: { units: 1, slot, ago: 0 } })).toMatchObject({ left: 5 });
  });
}

/** One process is quiet for longer than a window, another is not. */
function lateUsesOf(backend: RateBackend, key: string): void {
  const of = {
    algorithm: "window",
    capacity: 4,
    per: 200,
    refill: 4,
    units: 4,
    hold: 5,
    horizon: 50,
    spent: 0,
  } as const;
  const late = {
    back: (grant: object) => ({ back: grant }),
    used: (grant: object) => ({ used: { ...grant, ago: 400 } }),
  };
  test.each(Object.entries(late))(
    "what is told of a grant as `%s` after its window takes nothing off others",
    async (name, tell) => {
      const ask = (changes: Partial<RateAsk>) =>
        backend.ask(`${key} ${name}`, { ...of, back: undefined, used: undefined, told: undefined, ...changes });
      const first = await ask({});
      await expect.poll(async () => (await ask({})).granted).toBe(4);
      expect((await ask({ units: 3, ...(tell({ units: 3, slot: first.slot }) as Partial<RateAsk>) })).granted).toBe(0);
    },
  );
}

/** Two processes, as far as a store can tell. */
interface Pair {
  rates(more?: { readonly strict: boolean }): SafeRateStore;
  tokens(): TokenStore;
}

function waitOf(verdict: Verdict): number {
  return verdict.ok ? 0 : verdict.wait;
}

/** What holds whatever the database. Keys of limits are named for their test. */
function ratesOf(pair: Pair): void {
  const minute = { capacity: 3, refill: 3, per: 60_000 };
  for (const use of [tokenBucket, slidingWindow]) {
    const policy = { ...minute, use };
    const name = use.name;

    test(`${name}: two stores share what there is, and tell the wait`, async () => {
      const [one, other] = [pair.rates(), pair.rates()];
      for (const store of [one, other, one])
        expect(await store.take(`${name} share`, { ...policy, capacity: 4 }, 1)).toMatchObject({ ok: true });
      expect(await one.take(`${name} another key`, policy, 1)).toMatchObject({ ok: true });
      await other.take(`${name} share`, { ...policy, capacity: 4 }, 1);
      const refused = await one.take(`${name} share`, { ...policy, capacity: 4 }, 1);
      expect(waitOf(refused)).toBeGreaterThan(10_000);
    });

    test(`${name}: a cost above the capacity is the whole capacity`, async () => {
      const store = pair.rates();
      expect(await store.take(`${name} cost`, policy, 50)).toMatchObject({ ok: true });
      expect(await store.take(`${name} cost`, policy, 1)).toMatchObject({ ok: false });
    });

    test(`${name}: with others ahead nothing is taken`, async () => {
      const store = pair.rates();
      expect(store.waitBehind(`${name} ahead`, policy, 1, 2)).toBe(0);
      expect(await store.take(`${name} ahead`, policy, 3)).toMatchObject({ ok: true });
    });

    test(`${name}: a pause holds for the other store, and a shorter one does not end it`, async () => {
      const [one, other] = [pair.rates(), pair.rates()];
      await one.take(`${name} join`, policy, 1);
      await one.feedback(`${name} pause`, policy, { pause: 30_000 });
      await other.feedback(`${name} pause`, policy, { pause: 10 });
      // Feedback is not waited for.
      await expect
        .poll(async () => waitOf(await pair.rates().take(`${name} pause`, policy, 3)))
        .toBeGreaterThan(10_000);
    });

    test(`${name}: what the server says is left counts when it is less`, async () => {
      const [one, other] = [pair.rates(), pair.rates()];
      const wide = { use, capacity: 100, refill: 100, per: 60_000 };
      await one.take(`${name} told`, wide, 1);
      await one.feedback(`${name} told`, wide, { remaining: 2, reset: 30_000 });
      expect(await one.take(`${name} told`, wide, 1)).toMatchObject({ ok: true });
      expect(await other.take(`${name} told`, wide, 10)).toMatchObject({ ok: false });
    });

    test(`${name}: a limit that the server lowered holds for all`, async () => {
      const [one, other] = [pair.rates(), pair.rates()];
      const wide = { use, capacity: 100, refill: 100, per: 60_000 };
      await one.take(`${name} lowered`, wide, 1);
      await one.feedback(`${name} lowered`, wide, { limit: 2 });
      await one.take(`${name} lowered`, wide, 1);
      expect(await other.take(`${name} lowered`, wide, 1)).toMatchObject({ ok: false });
    });

    test(`${name}: a call that cost more than was taken for it counts in full, for the other store too`, async () => {
      const [one, other] = [pair.rates(), pair.rates()];
      const wide = { use, capacity: 100, refill: 100, per: 60_000 };
      const verdict = await one.take(`${name} spent`, wide, 1);
      if (!verdict.ok) throw new Error("refused");
      await one.settle(`${name} spent`, wide, 1, verdict.slot, { answered: true, cost: 95 });
      await one.take(`${name} spent`, wide, 1);
      expect(await other.take(`${name} spent`, wide, 10)).toMatchObject({ ok: false });
    });

    test(`${name}: batches ask seldom, strict stores every time`, async () => {
      const fast = { use, capacity: 10_000, refill: 10_000, per: 1_000 };
      const asked = async (store: RateStore) => {
        let count = 0;
        for (let call = 0; call < 200; call++) {
          const verdict = store.take(`${name} batch`, fast, 1);
          if (verdict instanceof Promise) count += 1;
          await verdict;
        }
        return count;
      };
      expect(await asked(pair.rates())).toBeLessThan(100);
      expect(await asked(pair.rates({ strict: true }))).toBe(200);
    });
  }
}

function tokensOf(pair: Pair): void {
  test("a token is stored when the expected version is there, and read by the other store", async () => {
    const [one, other] = [pair.tokens(), pair.tokens()];
    const first = { access: "a1", refresh: "r1", expiresAt: 1_000, refreshAt: 500, version: 1 };
    expect(await one.get("token")).toBeUndefined();
    expect(await one.replace("token", 1, first)).toBe(false);
    expect(await one.replace("token", 0, first)).toBe(true);
    expect(await other.replace("token", 0, { access: "late", version: 1 })).toBe(false);
    expect(await other.get("token")).toEqual(first);
    expect(await other.replace("token", 1, { access: "a2", version: 2 })).toBe(true);
    expect(await one.get("token")).toEqual({ access: "a2", version: 2 });
  });

  test("of many that replace one version, one wins", async () => {
    const all = Array.from({ length: 8 }, (_, index) => ({ store: pair.tokens(), access: `a${index}` }));
    const won = await Promise.all(all.map(({ store, access }) => store.replace("race", 0, { access, version: 1 })));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await pair.tokens().get("race"))?.access).toBe(all[won.indexOf(true)]!.access);
  });

  test("a lock has one holder, ends by itself, and its fence grows", async () => {
    const [one, other] = [pair.tokens(), pair.tokens()];
    const first = await one.lock("lock", 150);
    expect(first?.fence).toBeGreaterThan(0);
    expect(await other.lock("lock", 150)).toBeUndefined();
    let second: Awaited<ReturnType<TokenStore["lock"]>>;
    await expect.poll(async () => (second = await other.lock("lock", 60_000)), { timeout: 10_000 }).toBeDefined();
    expect(second!.fence).toBeGreaterThan(first!.fence);
    await first!.release();
    expect(await one.lock("lock", 150)).toBeUndefined();
    await second!.release();
    expect((await one.lock("lock", 150))!.fence).toBeGreaterThan(second!.fence);
  });

  test("clients that rotate one single-use refresh token make one request a cycle, and never use one twice", async () => {
    const server = await startTokenServer();
    let current = 0;
    let reused = false;
    server.answer(({ form }, _, response) => {
      reused ||= form.get("refresh_token") !== `planted-refresh-${current}`;
      current += 1;
      answer(response, 200, {
        access_token: `token-${current}`,
        refresh_token: `planted-refresh-${current}`,
        expires_in: 60,
      });
    });
    try {
      // Time that the test moves decides when tokens end; waits for locks are real.
      let now = Date.now();
      const { mono, sleep } = systemClock;
      const clock = Object.assign(simulatedClock(), { mono, sleep, now: () => now });
      const clients = Array.from({ length: 8 }, () =>
        setUpOAuth(server.url, refreshToken, { store: pair.tokens(), clock }),
      );
      for (let cycle = 1; cycle <= 5; cycle++) {
        const all = await Promise.all(clients.flatMap(({ authorize }) => [authorize(), authorize()]));
        expect(new Set(all.map(bearer))).toEqual(new Set([`Bearer token-${cycle}`]));
        now += 60_000;
      }
      expect(server.calls).toHaveLength(5);
      expect(reused).toBe(false);
    } finally {
      await server.close();
    }
  });

  test("a key that was only locked has no token", async () => {
    const store = pair.tokens();
    await store.lock("locked", 1_000);
    expect(await store.get("locked")).toBeUndefined();
    expect(await store.replace("locked", 0, { access: "a", version: 1 })).toBe(true);
  });
}

const clients = { ioredis: ioredisClient, "node-redis": nodeRedisClient };

for (const [name, open] of Object.entries(clients)) {
  await describeWith("Redis", `Redis stores over ${name}`, (port) => {
    const prefix = `${runId}${name}`;
    let client: Awaited<ReturnType<typeof open>>;
    const send: RedisCommand = (command) => client.send(command);
    const options = { prefix, timeout: 10_000 };
    const pair: Pair = {
      rates: (more) => redisRateStore(send, { ...options, ...more }),
      tokens: () => redisTokenStore(send, options),
    };
    beforeAll(async () => {
      client = await open(port);
    });
    afterAll(async () => {
      await removeKeys(send, prefix);
      await client.close();
    });
    ratesOf(pair);
    usesOf(new RedisRates(send, prefix), "uses");
    lateUsesOf(new RedisRates(send, prefix), "late uses");
    debtsOf(new RedisRates(send, prefix), "debts");
    breakersOf(() => redisBreakerStore(send, options));
    tokensOf(pair);

    test("every key ends by itself and has its hash tag", async () => {
      await pair.rates().take("tagged", { use: slidingWindow, capacity: 1, refill: 1, per: 1_000 }, 1);
      await pair.tokens().replace("tagged", 0, { access: "a", version: 1 });
      const keys = (await send(["KEYS", `${prefix}:*`])) as string[];
      expect(keys).toEqual(expect.arrayContaining([`${prefix}:rate:{tagged}`, `${prefix}:token:{tagged}`]));
      for (const key of keys) expect(Number(await send(["PTTL", key])), key).toBeGreaterThan(0);
    });

    test("a server that forgot the scripts gets them again", async () => {
      const store = pair.tokens();
      await store.get("script");
      await send(["SCRIPT", "FLUSH"]);
      expect(await store.get("script")).toBeUndefined();
    });

    test("text that is no token is an error that does not show it", async () => {
      await send(["HSET", `${prefix}:token:{foreign}`, "version", "3", "token", '{"password":"hunter2"}']);
      await send(["PEXPIRE", `${prefix}:token:{foreign}`, "60000"]);
      const failed = await Promise.resolve(pair.tokens().get("foreign")).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(StoreFailure);
      expect(String(failed)).toMatch(/no token of this runtime/);
      expect(String(failed)).not.toMatch(/hunter2/);
    });
  });
}

await describeWith("Postgres", "Postgres stores", (port) => {
  const schema = `${runId}stores`.toLowerCase();
  let client: Awaited<ReturnType<typeof postgresClient>>;
  const query = (text: string, params: unknown[]) => client.query(text, params);
  const pair: Pair = {
    rates: (more) => postgresRateStore(query, { timeout: 10_000, ...more }),
    tokens: () => postgresTokenStore(query, { timeout: 10_000 }),
  };
  beforeAll(async () => {
    client = await postgresClient(port, schema);
    await query(`create schema ${schema}`, []);
  });
  afterAll(async () => {
    await query(`drop schema if exists ${schema} cascade`, []);
    await client.close();
  });

  test("without its tables an error says what to run; then it is run, twice", async () => {
    await expect(pair.tokens().get("token")).rejects.toThrow(/Run the SQL of `postgresSchema` once/);
    await query(postgresSchema, []);
    await query(postgresSchema, []);
  });

  describe("rates", () => ratesOf(pair));
  usesOf(new PostgresRates(query), "uses");
  lateUsesOf(new PostgresRates(query), "late uses");
  debtsOf(new PostgresRates(query), "debts");
  breakersOf(() => postgresBreakerStore(query));
  describe("tokens", () => tokensOf(pair));

  test("a client that gives plain rows works too, and one that gives neither is told so", async () => {
    const rows = async (text: string, params: unknown[]) => ((await query(text, params)) as { rows: unknown[] }).rows;
    await postgresTokenStore(rows).replace("plain", 0, { access: "a", version: 1 });
    expect(await pair.tokens().get("plain")).toEqual({ access: "a", version: 1 });
    await expect(postgresTokenStore(async () => 7).get("plain")).rejects.toThrow(/neither rows nor/);
  });
});
