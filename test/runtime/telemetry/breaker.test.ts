/** What is told of circuits: each move once, to hooks, metrics and the log. */
import { connect, hooks, logTo, type Operation, type Telemetry, type TelemetryEvents } from "@couplet/runtime";
import { circuitGuard } from "@couplet/runtime/codegen/v1";
import { expect, test, vi } from "vitest";
import { connector, define, safePolicy } from "../pay.ts";
import { breakerOf } from "../policy-fixture.ts";
import { simulatedClock } from "../simulated-clock.ts";
import { inMemory } from "./sdk.ts";

const policyOf = (scope: "server" | "tenant") => ({
  ...safePolicy,
  timeouts: { attempt: 1_000, deadline: 1_000 },
  retry: { ...safePolicy.retry, maxAttempts: 1 },
  circuitBreaker: breakerOf({ consecutive: 2, openFor: 2_000, openJitter: 0, probes: [1], scope }),
});

/** Calls of a provider that is down for two, then up again. */
async function outage(telemetry: Telemetry, tenant?: string) {
  const warn = vi.fn();
  const policy = policyOf(tenant === undefined ? "server" : "tenant");
  const clock = simulatedClock();
  const get = define({ connector: { ...connector, breaker: circuitGuard }, policy }) as Operation<unknown, unknown>;
  let status = 503;
  const fetch = (async () => Response.json({}, { status })) as never;
  const options = { auth: { secretKey: "sk_test_0123456789" }, clock, fetch, telemetry: [telemetry, logTo({ warn })] };
  const { charges } = connect(options, { charges: { get } });
  const call = () => charges.get({} as never, tenant === undefined ? {} : { tenant }).then(undefined, () => {});
  const start = clock.now();
  await call();
  await call();
  await call();
  status = 200;
  await clock.advance(2_000);
  await call();
  return { start, warn };
}

const seen = (events: TelemetryEvents["breaker"][]): Telemetry =>
  hooks({ breaker: (event) => void events.push(event) });

test("a circuit that opens, probes and closes is told three times", async () => {
  const events: TelemetryEvents["breaker"][] = [];
  const { start, warn } = await outage(seen(events));
  const server = { address: "api.pay.example", declared: "api.pay.example", port: 443 };
  expect(events).toMatchObject([
    { provider: "pay", state: "open", openUntil: start + 2_000, server },
    { provider: "pay", state: "probing", server },
    { provider: "pay", state: "closed", server },
  ]);
  expect(warn.mock.calls.map(([{ event, state }, message]) => [event, state, message])).toEqual([
    ["couplet.breaker", "open", "pay 2026-09-30: the circuit of api.pay.example is open: calls are held back"],
    ["couplet.breaker", "probing", "pay 2026-09-30: the circuit of api.pay.example lets a few calls through to probe"],
    [
      "couplet.breaker",
      "closed",
      "pay 2026-09-30: the circuit of api.pay.example is closed: all calls go through again",
    ],
  ]);
});

test("a tenant's circuit is told with its name, which no metric has", async () => {
  const events: TelemetryEvents["breaker"][] = [];
  await outage(seen(events), "shop-1");
  expect(events.filter(({ tenant }) => tenant !== undefined)).toMatchObject([
    { tenant: "shop-1", state: "open" },
    { tenant: "shop-1", state: "probing" },
    { tenant: "shop-1", state: "closed" },
  ]);
  const sdk = inMemory();
  await outage(sdk.telemetry, "shop-1");
  const metrics = (await sdk.metrics()).filter(({ name }) => name.startsWith("couplet.client.breaker"));
  const moves = metrics.find(({ name }) => name.endsWith("transitions"))!.points;
  const tenants = moves.filter(({ attributes }) => attributes["couplet.breaker.scope"] === "tenant");
  expect(tenants.map(({ attributes, value }) => [attributes["couplet.breaker.state"], value])).toEqual([
    ["open", 1],
    ["probing", 1],
    ["closed", 1],
  ]);
  expect(JSON.stringify(metrics)).not.toContain("shop-1");
});
