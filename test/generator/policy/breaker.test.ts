/** From the text of a policy to what a provider in trouble gets to see. */
import { createClient } from "@connectors/stripe/2022-11-15";
import { isConnectorError } from "@couplet/runtime";
import { describe, expect, test } from "vitest";
import { featureName } from "../../../generator/model.ts";
import { Circuit } from "../../../runtime/circuit.ts";
import { Circuits, type Entry } from "../../../runtime/circuits.ts";
import type { CircuitBreakerPolicy } from "../../../runtime/descriptor.ts";
import { skippingClock } from "../../runtime/pay.ts";
import { planOf, told } from "./harness.ts";

/** Failures at a distance of `gap` ms until it opens, how long it is open the first three times, and how many probes close it. */
function behaviour(policy: CircuitBreakerPolicy, gap: number): string {
  let now = 0;
  const clock = { now: () => now, mono: () => now, random: () => 0.5, sleep: () => Promise.resolve() };
  const circuits = new Circuits(policy, clock);
  const wait = (): number => {
    const entered = circuits.enter(undefined);
    return entered instanceof Circuit ? entered.wait() : 0;
  };
  const call = (health: "well" | "failed"): void => {
    circuits.settle(circuits.enter(undefined) as Entry, health);
  };
  let failures = 0;
  while (wait() === 0) {
    if (failures++ > 0) now += gap;
    call("failed");
  }
  const times: number[] = [];
  for (let count = 0; count < 3; count++) {
    times.push(wait());
    now += times.at(-1)!;
    if (count < 2) call("failed");
  }
  let probes = 0;
  for (let underWay: Entry[] = []; ; underWay = []) {
    for (let entered = circuits.enter(undefined); !(entered instanceof Circuit); entered = circuits.enter(undefined)) {
      underWay.push(entered);
      if (underWay.length > 50) return `${failures}; ${times.join(", ")}; ${probes}`;
    }
    probes += underWay.length;
    for (const entry of underWay) circuits.settle(entry, "well");
  }
}

const rows: readonly (readonly [policy: string, gap: number, wanted: string])[] = [
  ["", 1, "20; 2000, 2500, 3125; 7"],
  ["", 250, "5; 2000, 2500, 3125; 7"],
  ["{ consecutive: 3 }", 1, "3; 2000, 2500, 3125; 7"],
  ["{ consecutive: 100, minRequests: 30 }", 1, "30; 2000, 2500, 3125; 7"],
  ["{ consecutive: 100, minRequests: 200, stalled: none }", 250, "100; 2000, 2500, 3125; 7"],
  ["{ stalled: { failures: 7, for: 3s } }", 500, "7; 2000, 2500, 3125; 7"],
  ["{ consecutive: 100, minRequests: 20, window: 2s, stalled: none }", 110, "100; 2000, 2500, 3125; 7"],
  ["{ openFor: 15s, openMultiplier: 2, openMax: 40s }", 1, "20; 15000, 30000, 40000; 7"],
  ["{ openFor: 2m }", 1, "20; 120000, 120000, 120000; 7"],
  ["{ probes: [3] }", 1, "20; 2000, 2500, 3125; 3"],
];
test.each(rows)("circuitBreaker: %s, failures each %d ms", async (text, gap, wanted) => {
  const plan = await planOf(text === "" ? "" : `defaults: { circuitBreaker: ${text} }`);
  expect(told(plan.diagnostics)).toEqual([]);
  expect(behaviour(plan.operation("listThings").policy.circuitBreaker!, gap)).toBe(wanted);
});

describe("layers", () => {
  test("an operation can have figures of its own, or no breaker", async () => {
    const { operation, connector } = await planOf(
      "defaults: { circuitBreaker: { scope: server, counts: [connect, throttled], failureRate: 30% } }\n" +
        "operations: { getThing: { circuitBreaker: none }, listThings: { circuitBreaker: { consecutive: 2 } } }",
    );
    const shared = { scope: "server", counts: ["connect", "throttled"], failureRate: 0.3 };
    expect(operation("createThing").policy.circuitBreaker).toMatchObject({ ...shared, consecutive: 20 });
    expect(operation("listThings").policy.circuitBreaker).toMatchObject({ ...shared, consecutive: 2 });
    expect(operation("getThing").policy).not.toHaveProperty("circuitBreaker");
    expect(featureName(connector.breaker)).toBe("circuitGuard");
  });

  test("with none anywhere the client does not carry it", async () => {
    const { connector } = await planOf("defaults: { circuitBreaker: none }");
    expect(connector).not.toHaveProperty("breaker");
  });
});

test("a generated client stops after 20 failures, and is there again after the open time", async () => {
  let sent = 0;
  let status = 503;
  const stripe = createClient({
    auth: { secretKey: "sk_test_0123456789" },
    clock: skippingClock(),
    fetch: (async () => {
      sent += 1;
      return Response.json({ object: "list", data: [], has_more: false }, { status });
    }) as typeof fetch,
  });
  const list = (options: object) => stripe.charges.list({}, options);
  const names: string[] = [];
  for (let count = 0; count < 25; count++)
    await list({ retry: false, deadline: 1_900 }).catch((error: unknown) => {
      names.push(isConnectorError(error, "CircuitOpenError") ? "held back" : (error as Error).name);
    });
  expect(sent).toBe(20);
  expect(names.slice(18)).toEqual(["ServerError", "ServerError", ...new Array(5).fill("held back")]);
  status = 200;
  expect(await list({})).toMatchObject({ data: [] });
});
