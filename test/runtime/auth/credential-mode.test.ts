import { afterEach, beforeEach, expect, test } from "vitest";
import { clientCredentials } from "../../../runtime/codegen.ts";
import { json, type Loopback, startLoopback } from "../loopback.ts";
import { hurriedClock } from "../oauth-fixture.ts";
import { rejection } from "../pay-client.ts";
import { bucket } from "../policy-fixture.ts";
import { simulatedClock } from "../simulated-clock.ts";
import { authClient } from "./auth-client.ts";

let server: Loopback;
beforeEach(async () => {
  server = await startLoopback();
  server.answer(json(200, {}));
});
afterEach(() => server.close());

const mode = { live: "^sk_live_", sandbox: "^sk_test_" };
const key = (kind: string) => ({ secretKey: `sk_${kind}_planted` });

test.each<[string, wanted: string | undefined, string, refused: RegExp | undefined]>([
  ["no wish", undefined, "live", undefined],
  ["the same", "sandbox", "test", undefined],
  ["a live key in tests", "sandbox", "live", /are for "live", and this client was made for "sandbox"/],
  ["a test key in production", "live", "test", /are for "sandbox"/],
  ["a key of no mode", "sandbox", "other", /look like none of its modes/],
])("%s", async (_, wanted, kind, refused) => {
  const { items } = authClient(server.base, { mode }, { auth: key(kind), ...(wanted && { mode: wanted }) });
  if (refused === undefined) {
    await items.get({ id: "1" });
    expect(server.arrived).toHaveLength(1);
    return;
  }
  const error = await rejection(items.get({ id: "1" }));
  expect(error).toMatchObject({ effect: "none", attempts: 0, code: "credential" });
  expect(error.message).toMatch(refused);
  expect(error.message).toContain("createClient({ mode })");
  expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("planted");
  expect(server.arrived).toHaveLength(0);
});

test("a key that changes is looked at again, also when it changes after a refusal", async () => {
  let kind = "test";
  const auth = { secretKey: () => `sk_${kind}_planted` };
  const { items } = authClient(server.base, { mode }, { auth, mode: "sandbox" });
  await items.get({ id: "1" });
  server.answer((response, request) => {
    kind = "live";
    json(401, {})(response, request);
  });
  expect((await rejection(items.get({ id: "1" }))).message).toMatch(/are for "live"/);
  expect((await rejection(items.get({ id: "1" }))).message).toMatch(/are for "live"/);
  expect(server.arrived).toHaveLength(1);
});

test("the secret of OAuth tells the mode before the token endpoint sees it", async () => {
  const token = {
    url: `${server.base}/token`,
    clientAuth: "body",
    clientId: "{id}",
    clientSecret: "{secretKey}",
    scopes: [],
    params: {},
    expiresIn: { path: ["expires_in"], unit: "seconds" },
    refreshBefore: 0,
    rotation: "none",
  } as const;
  const scheme = { use: clientCredentials, mode, token };
  const options = { auth: { ...key("live"), id: "client" }, mode: "sandbox", clock: hurriedClock() };
  expect((await rejection(authClient(server.base, scheme, options).items.get({ id: "1" }))).message).toMatch(/"live"/);
  expect(server.arrived).toHaveLength(0);
});

test("an unknown mode is told when the client is made", () => {
  expect(() => authClient(server.base, { mode }, { auth: key("test"), mode: "stage" })).toThrow(
    'Unknown mode "stage" of pay: there is "live", "sandbox".',
  );
});

// The limit itself admits one call; the sandbox two, and live calls three.
test.each([
  ["test", undefined, 2],
  ["live", undefined, 3],
  ["other", undefined, 1],
  ["live", "sandbox", 2],
])("a %s key with tier %s: %d calls go at once", async (kind, tier, calls) => {
  const clock = simulatedClock();
  const tiers = { sandbox: { capacity: 2, refill: 1, per: 1e6 }, live: { capacity: 3, refill: 1, per: 1e6 } };
  const rateLimits = { account: bucket(1, 1, 1e6, { tiers }) };
  const options = { auth: key(kind), clock, ...(tier && { tier }) };
  const { items } = authClient(server.base, { mode }, options, { rateLimits });
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => items.get({ id: "1" })));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(calls);
  expect(server.arrived).toHaveLength(calls);
});
