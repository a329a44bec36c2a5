/** Circuits of several processes over one store: here several clients, which share nothing else. */
import { type BreakerStore, connect, type Operation, sharedBreakers } from "@couplet/runtime";
import { circuitGuard } from "@couplet/runtime/codegen/v1";
import { expect, test } from "vitest";
import { connector, define, safePolicy } from "../pay.ts";
import { breakerOf } from "../policy-fixture.ts";
import { settled, simulatedClock } from "../simulated-clock.ts";

const policy = {
  ...safePolicy,
  timeouts: { attempt: 1_000, deadline: 1_000 },
  retry: { ...safePolicy.retry, maxAttempts: 1 },
  circuitBreaker: breakerOf({ consecutive: 3, openFor: 5_000, openJitter: 0 }),
};

function setUp(store: (clock: ReturnType<typeof simulatedClock>) => BreakerStore) {
  const clock = simulatedClock();
  const breakers = sharedBreakers(store(clock));
  const get = define({ connector: { ...connector, breaker: circuitGuard }, policy }) as Operation<unknown, unknown>;
  const client = () => {
    const kit = { sent: 0, call: async () => "" };
    const fetch = (async () => {
      kit.sent++;
      return Response.json({}, { status: 503 });
    }) as never;
    const { charges } = connect(
      { auth: { secretKey: "sk_test_0123456789" }, clock, fetch, stores: { breakers } },
      { charges: { get } },
    );
    kit.call = async () => {
      const end = await charges.get({} as never).then(
        () => "success",
        (error: Error) => error.name,
      );
      await settled();
      return end;
    };
    return kit;
  };
  return { clock, client };
}

/** As Redis does it. */
function inMemory(clock: { mono(): number }): BreakerStore {
  const ends = new Map<string, number>();
  return {
    heldFor: async (key) => Math.max(0, (ends.get(key) ?? 0) - clock.mono()),
    publish: async (key, openFor) => void ends.set(key, Math.max(ends.get(key) ?? 0, clock.mono() + openFor)),
  };
}

test("after one failure a process knows what another found out by three", async () => {
  const { client, clock } = setUp(inMemory);
  const [one, other] = [client(), client()];
  for (let call = 0; call < 3; call++) expect(await one.call()).toBe("ServerError");
  expect(await one.call()).toBe("CircuitOpenError");
  expect(await other.call()).toBe("ServerError");
  expect(await other.call()).toBe("CircuitOpenError");
  expect([one.sent, other.sent]).toEqual([3, 1]);
  await clock.advance(5_000);
  // Each probes for itself.
  expect(await other.call()).toBe("ServerError");
  expect(await other.call()).toBe("CircuitOpenError");
});

test("healthy processes never ask, failing ones once a second", async () => {
  const asked: number[] = [];
  const { client, clock } = setUp((time) => ({
    heldFor: async () => {
      asked.push(time.mono());
      return 0;
    },
    publish: async () => {},
  }));
  const one = client();
  await one.call();
  await one.call();
  await clock.advance(1_000);
  await one.call();
  expect(asked).toEqual([0, 1_000]);
});

test.each([
  [
    "throws",
    () => {
      throw new Error("down");
    },
  ],
  ["rejects", () => Promise.reject(new Error("down"))],
  ["is silent", () => new Promise<never>(() => {})],
])("a store that %s leaves each process to itself", async (_what, fail) => {
  const { client } = setUp(() => ({ heldFor: fail, publish: fail }));
  const one = client();
  for (let call = 0; call < 3; call++) expect(await one.call()).toBe("ServerError");
  expect(await one.call()).toBe("CircuitOpenError");
});
