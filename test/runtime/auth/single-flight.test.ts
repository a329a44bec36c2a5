/** Many calls and one token, through whole clients. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clientCredentials } from "../../../runtime/codegen.ts";
import type { AuthScheme } from "../../../runtime/descriptor.ts";
import { type Answer, json, type Loopback, startLoopback } from "../loopback.ts";
import { hurriedClock } from "../oauth-fixture.ts";
import { rejection } from "../pay-client.ts";
import { authClient } from "./auth-client.ts";

const CALLS = 1_000;
let server: Loopback;
let tokens: number;
let tokenAnswers: Answer[];
/** Tokens that were given out. */
let issued: Set<string>;
beforeEach(async () => {
  server = await startLoopback();
  tokens = 0;
  issued = new Set();
  tokenAnswers = [];
  server.answer((response, request) => {
    if (request.url === "/token") {
      tokens++;
      const failure = tokenAnswers.shift();
      if (failure !== undefined) return failure(response, request);
      issued.add(`Bearer token-${tokens}`);
      return json(200, { access_token: `token-${tokens}`, expires_in: 600 })(response, request);
    }
    const good = issued.has(String(request.headers.authorization));
    return json(good ? 200 : 401, {})(response, request);
  });
});
afterEach(() => server.close());

function setUp(changes: Partial<NonNullable<AuthScheme["token"]>> = {}, given: object = {}, refreshOn = [401]) {
  const clock = hurriedClock();
  const scheme = {
    use: clientCredentials,
    apply: [{ in: "header", name: "Authorization", value: "Bearer {accessToken}" }],
    refreshOn,
    token: {
      url: `${server.base}/token`,
      clientAuth: "body",
      clientId: "{id}",
      clientSecret: "{secret}",
      scopes: [],
      params: {},
      expiresIn: { path: ["expires_in"], unit: "seconds" },
      refreshBefore: 60_000,
      rotation: "none",
      ...changes,
    },
  } as const;
  const auth = { id: "client", secret: "planted-secret", ...given };
  const { items } = authClient(server.base, scheme, { auth, clock });
  return { clock, items, get: (signal?: AbortSignal) => items.get({ id: "1" }, signal && { signal }) };
}

describe(`${CALLS} calls at once`, () => {
  test("with an expired token: one refresh, and the initiator's abort ends it for nobody else", async () => {
    const { clock, get } = setUp();
    await get();
    await clock.advance(600_000);
    const controller = new AbortController();
    const initiator = rejection(get(controller.signal)).catch((error: unknown) => error);
    const others = Array.from({ length: CALLS }, () => get());
    controller.abort(new Error("gave up"));
    expect(String(await initiator)).toContain("gave up");
    await Promise.all(others);
    expect(tokens).toBe(2);
    expect(server.arrived).toHaveLength(1 + 2 + CALLS);
  }, 60_000);

  test("refused at once: one refresh, and each is sent once more", async () => {
    const { get } = setUp();
    await get();
    // Somebody revoked the token; every call that carries it is refused before the first refresh is done.
    let refused = 0;
    const held: (() => void)[] = [];
    server.answer((response, request) => {
      if (request.url === "/token") {
        tokens++;
        return json(200, { access_token: `token-${tokens}` })(response, request);
      }
      if (request.headers.authorization !== "Bearer token-1") return json(200, {})(response, request);
      held.push(() => json(401, {})(response, request));
      refused++;
      if (refused === CALLS) for (const release of held) release();
    });
    await Promise.all(Array.from({ length: CALLS }, () => get()));
    expect(tokens).toBe(2);
    expect(server.arrived).toHaveLength(2 * CALLS + 1);
  }, 60_000);
});

describe("a token endpoint that is down for a while", () => {
  test("is hidden by the refresh ahead of need: no call fails and none waits", async () => {
    const { clock, get } = setUp();
    await get();
    tokenAnswers = [json(500, {}), json(500, {}), json(500, {})];
    for (let second = 0; second < 605; second++) {
      await clock.advance(1_000);
      await get();
    }
    // 1 at the start, 3 that failed, 1 that succeeded.
    expect(tokens).toBe(5);
    expect(server.arrived.filter(({ url }) => url !== "/token")).toHaveLength(606);
  }, 60_000);

  test("fails calls once the token is over, with the endpoint's status, and recovers by itself", async () => {
    const { clock, get } = setUp();
    await get();
    await clock.advance(600_000);
    tokenAnswers = [json(503, {}), json(503, {}), json(503, {})];
    const errors = await Promise.all(Array.from({ length: 100 }, () => rejection(get())));
    expect(new Set(errors.map(({ message }) => message)).size).toBe(1);
    expect(errors[0]).toMatchObject({ effect: "none", attempts: 0, status: 503, name: "AuthenticationError" });
    expect(tokens).toBe(4);
    await get();
    expect(tokens).toBe(5);
  });
});

test("something that hangs for ever holds up the calls of two minutes, not all that follow", async () => {
  let asked = 0;
  const id = () => (asked++ === 0 ? new Promise<string>(() => {}) : "client");
  const { clock, get } = setUp({}, { id });
  await rejection(get(AbortSignal.timeout(20)));
  await clock.advance(119_000);
  await rejection(get(AbortSignal.timeout(20)));
  expect(asked).toBe(1);
  await clock.advance(1_000);
  await get();
  expect(tokens).toBe(1);
});

test("a stream that is refused is not sent again, but the next one has a new token", async () => {
  const { items } = setUp();
  await items.get({ id: "1" });
  issued.clear();
  const upload = () => items.upload({ body: new Blob(["x"]).stream() });
  expect(await rejection(upload())).toMatchObject({ status: 401, attempts: 1 });
  await upload();
  expect(tokens).toBe(2);
});

test("an answer that leaves the effect open is no reason for a replay", async () => {
  const { items } = setUp({}, {}, [401, 408]);
  server.answer((response, request) => {
    if (request.url !== "/token") return json(408, {})(response, request);
    tokens++;
    return json(200, { access_token: `token-${tokens}` })(response, request);
  });
  expect(await rejection(items.create({ body: {} }))).toMatchObject({ status: 408, effect: "unknown", attempts: 1 });
  expect(tokens).toBe(1);
});

test.each([600_000, -600_000])("our clock jumps by %d ms: at most one refresh", async (jump) => {
  const { clock, get } = setUp();
  await get();
  let shift = 0;
  const { now } = clock;
  clock.now = () => now() + shift;
  shift = jump;
  for (let call = 0; call < 20; call++) await get();
  expect(tokens).toBeLessThanOrEqual(2);
  expect(server.arrived.filter(({ url }) => url !== "/token")).toHaveLength(21);
});
