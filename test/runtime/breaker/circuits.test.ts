/** What the breaker promises, in figures. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { Circuit } from "../../../runtime/circuit.ts";
import { Circuits, type Entry } from "../../../runtime/circuits.ts";
import type { CircuitBreakerPolicy } from "../../../runtime/descriptor.ts";
import { breakerOf } from "../policy-fixture.ts";
import { simulatedClock } from "../simulated-clock.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function setUp(changes: Partial<CircuitBreakerPolicy> = {}) {
  const clock = simulatedClock();
  let now = 50_000;
  const circuits = new Circuits(breakerOf(changes), { ...clock, mono: () => now });
  const isOpen = (tenant?: string) => circuits.enter(tenant) instanceof Circuit;
  return {
    circuits,
    pass: (ms: number) => {
      now += ms;
    },
    wait: (tenant?: string) => {
      const entered = circuits.enter(tenant);
      return entered instanceof Circuit ? entered.wait() : 0;
    },
    /** One call from start to end; false when it was not let through. */
    call: (health: "well" | "failed" | undefined, tenant?: string) => {
      const entered = circuits.enter(tenant);
      if (entered instanceof Circuit) return false;
      circuits.settle(entered, health);
      return true;
    },
    isOpen,
  };
}

describe("opens", () => {
  const rows: readonly (readonly [name: string, outcomes: string, gap: number, opensAfter: number | undefined])[] = [
    ["on 20 failures in a row", "F".repeat(30), 1, 20],
    ["not on 19", `${"F".repeat(19)}S${"F".repeat(19)}`, 1, 39 - 18],
    ["within 5 failures at 0.1 calls a second", "F".repeat(9), 10_000, 5],
    ["within 20 calls at 1,000 a second", "F".repeat(40), 1, 20],
    ["on 5 in a row that go on for a second", "FFFFFF", 250, 5],
    ["not on 5 in a row within a second", "FFFFF", 249, undefined],
    ["on half of 20 in ten seconds", `${"FS".repeat(9)}SF`, 100, 20],
    ["not on half of 18", "FS".repeat(9), 100, undefined],
    ["not on a third", "SSF".repeat(40), 100, undefined],
    ["not on half of 20 in more than ten seconds", "FS".repeat(40), 600, undefined],
  ];
  test.each(rows)("%s", (_name, outcomes, gap, opensAfter) => {
    const { call, pass, isOpen } = setUp();
    let calls = 0;
    for (const outcome of outcomes) {
      call(outcome === "S" ? "well" : "failed");
      calls += 1;
      if (isOpen()) break;
      pass(gap);
    }
    expect(calls).toBe(opensAfter ?? outcomes.length);
  });

  test("not on calls of which nothing is known", () => {
    const { call, isOpen } = setUp();
    for (let count = 0; count < 100; count++) call(undefined);
    expect(isOpen()).toBe(false);
  });

  test("not at an ordinary fault rate of 18 %", () => {
    const { call, pass } = setUp();
    let seed = 7;
    let refused = 0;
    for (let count = 0; count < 20_000; count++) {
      seed = (seed * 48_271) % 0x7fff_ffff;
      if (!call(seed / 0x7fff_ffff < 0.18 ? "failed" : "well")) refused += 1;
      pass(10);
    }
    expect(refused).toBe(0);
  });
});

function opened(changes: Partial<CircuitBreakerPolicy> = {}) {
  const kit = setUp({ openJitter: 0, ...changes });
  for (let count = 0; count < 20; count++) kit.call("failed");
  expect(kit.isOpen()).toBe(true);
  return kit;
}

describe("while open", () => {
  test("stays so for 2 s, a quarter longer each next time, a minute at most, and begins anew once it closed", () => {
    const { pass, wait, call } = opened();
    const times: number[] = [];
    for (let count = 0; count < 18; count++) {
      const time = wait();
      times.push(time);
      pass(time - 1);
      expect(wait()).toBe(1);
      pass(1);
      expect(call("failed")).toBe(true);
    }
    expect(times.slice(0, 4)).toEqual([2_000, 2_500, 3_125, 3_906.25]);
    expect(times.slice(-2)).toEqual([60_000, 60_000]);
    pass(60_000);
    for (let count = 0; count < 7; count++) expect(call("well")).toBe(true);
    for (let count = 0; count < 20; count++) call("failed");
    expect(wait()).toBe(2_000);
  });

  test.each([
    [0, 1_800],
    [0.5, 2_000],
    [0.999, 2_199.6],
  ])("a random %f makes the open time %d ms", (random, expected) => {
    const clock = simulatedClock({ random: () => random });
    const circuits = new Circuits(breakerOf(), clock);
    for (let count = 0; count < 20; count++) circuits.settle(circuits.enter(undefined) as Entry, "failed");
    const refused = circuits.enter(undefined);
    expect((refused as Circuit).wait()).toBeCloseTo(expected, 6);
  });

  test("ignores what was sent before it opened, and what comes after it closed", () => {
    const { circuits, call, pass, isOpen } = setUp();
    const old = Array.from({ length: 100 }, () => circuits.enter(undefined) as Entry);
    for (let count = 0; count < 20; count++) call("failed");
    for (const stamp of old.slice(0, 50)) circuits.settle(stamp, "well");
    expect(isOpen()).toBe(true);
    pass(2_200);
    const probe = circuits.enter(undefined) as Entry;
    for (const stamp of old.slice(50, 60)) circuits.settle(stamp, "failed");
    circuits.settle(probe, "well");
    for (let count = 0; count < 6; count++) expect(call("well")).toBe(true);
    for (const stamp of old.slice(60)) circuits.settle(stamp, "failed");
    expect(isOpen()).toBe(false);
  });
});

test("a clock that cannot sleep is a fault of the wait, which leaves nothing behind", async () => {
  const clock = simulatedClock();
  const sleep = () => {
    throw new Error("no timers here");
  };
  const circuit = new Circuit(breakerOf(), { ...clock, sleep }, () => 1);
  await expect(circuit.sleep(100, new AbortController().signal)).rejects.toThrow("no timers here");
  expect(circuit.sleepers.size).toBe(0);
});

describe("probes", () => {
  test("10,000 callers at once: 1, then 2, then 4 are sent", () => {
    const { circuits, pass, isOpen } = opened();
    pass(2_000);
    for (const most of [1, 2, 4]) {
      const entered = Array.from({ length: 10_000 }, () => circuits.enter(undefined));
      const sent = entered.filter((one): one is Entry => !(one instanceof Circuit));
      expect(sent).toHaveLength(most);
      for (const stamp of sent) circuits.settle(stamp, "well");
    }
    expect(Array.from({ length: 100 }, () => isOpen())).not.toContain(true);
  });

  test("one failure opens again, whatever the other probes say", () => {
    const { circuits, call, pass, wait } = opened();
    pass(2_000);
    call("well");
    const [one, two] = [circuits.enter(undefined) as Entry, circuits.enter(undefined) as Entry];
    circuits.settle(one, "failed");
    expect(wait()).toBe(2_500);
    circuits.settle(two, "well");
    expect(wait()).toBe(2_500);
  });

  test("one that its caller gives up leaves its place to the next", () => {
    const { circuits, call, pass, isOpen } = opened();
    pass(2_000);
    const probe = circuits.enter(undefined) as Entry;
    expect(isOpen()).toBe(true);
    circuits.settle(probe, undefined);
    expect(call("well")).toBe(true);
  });
});

describe("tenants", () => {
  test("one bad tenant of 10,000 is stopped, and never opens the origin", () => {
    const { call, pass, isOpen } = setUp();
    let refused = 0;
    let stopped = 0;
    for (let count = 0; count < 30_000; count++) {
      if (!call("well", `t${count % 9_999}`)) refused += 1;
      if (!call("failed", "bad")) stopped += 1;
      pass(1);
    }
    expect(refused).toBe(0);
    expect(stopped).toBeGreaterThan(29_000);
    expect(isOpen("t1")).toBe(false);
  });

  test.each([
    ["two of ten", 2, 10, false],
    ["three of ten", 3, 10, true],
    ["one of three", 1, 3, false],
    ["one of two", 1, 2, true],
    ["the only one", 1, 1, true],
  ])("that fail: %s", (_name, bad, all, opens) => {
    const { call, isOpen } = setUp();
    for (let tenant = bad; tenant < all; tenant++) call("well", `good ${tenant}`);
    for (let count = 0; count < 60; count++) call("failed", `bad ${count % bad}`);
    expect(isOpen("new")).toBe(opens);
  });

  test("with scope `server` are not told apart", () => {
    const { call, isOpen } = setUp({ scope: "server" });
    for (let tenant = 0; tenant < 10; tenant++) call("well", `good ${tenant}`);
    for (let count = 0; count < 20; count++) call("failed", "bad");
    expect(isOpen("good 1")).toBe(true);
  });

  test("take no memory while all is well, and none once they were quiet for two windows", () => {
    const { circuits, call, pass } = setUp();
    const tenants = () => [...circuits.known.keys()].filter((name) => name !== undefined).length;
    for (let tenant = 0; tenant < 1_000; tenant++) call("well", `t${tenant}`);
    expect(circuits.known.size).toBe(0);
    for (let tenant = 0; tenant < 1_000; tenant++) call(tenant % 4 ? "well" : "failed", `t${tenant}`);
    expect(tenants()).toBe(250);
    pass(20_000);
    for (let tenant = 0; tenant < 300; tenant++) call(tenant % 3 ? "well" : "failed", `later ${tenant}`);
    expect(tenants()).toBe(100);
  });

  test("one that fails now and then for years takes no more memory than at first", () => {
    const { call, pass } = setUp();
    const year = (seconds: number): number => {
      for (let second = 0; second < seconds; second++) {
        for (const tenant of ["a", "b", "c", "d"]) call("well", tenant);
        call(second % 4 ? "well" : "failed", "bad");
        pass(1_000);
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = year(1_000);
    expect(year(100_000) - before).toBeLessThan(2_000_000);
  });
});
