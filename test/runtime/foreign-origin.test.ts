/**
 * Nothing that a provider answers, and nothing in an input, sends a request of this client to another origin: a second
 * server stands where every trick points, and sees nothing. Messages hold no secret.
 */
import { type BaseClientOptions, connect, isConnectorError } from "@couplet/runtime";
import { nextUrlPages } from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clientCredentials } from "../../runtime/auth/client-credentials.ts";
import { refreshToken } from "../../runtime/auth/refresh-token.ts";
import { type Answer, json, type Loopback, startLoopback } from "./loopback.ts";
import { hurriedClock, setUpOAuth } from "./oauth-fixture.ts";
import { chargesGet, define, ordersList, skippingClock } from "./pay.ts";

let server: Loopback;
let other: Loopback;
beforeAll(async () => {
  server = await startLoopback();
  other = await startLoopback();
});
beforeEach(() => other.answer(json(200, { stolen: true })));
afterAll(async () => {
  await server.close();
  await other.close();
});

const secret = "sk_test_foreign_0123456789";
const feed = define({
  id: "feed.list",
  path: "/feed",
  pagination: { use: nextUrlPages, items: ["items"], next: { from: "body", path: ["next"] }, maxPages: 5 },
});
const client = (options: BaseClientOptions = {}) =>
  connect(
    { auth: { secretKey: secret }, baseUrl: server.base, clock: skippingClock(), ...options },
    { charges: { get: chargesGet }, orders: { list: ordersList }, feed: { list: feed } },
  );

/** Ways to write the other server's address. */
const addresses: readonly (readonly [name: string, of: (host: string) => string])[] = [
  ["absolute", (host) => `http://${host}/steal`],
  ["without a scheme", (host) => `//${host}/steal`],
  ["with backslashes", (host) => `\\\\${host}\\steal`],
  ["a slash and a backslash", (host) => `/\\${host}/steal`],
  ["a scheme without slashes, upper case", (host) => `HTTP:${host}/steal`],
  ["with a user that looks like us", (host) => `http://127.0.0.1@${host}/steal`],
  ["another name of the same machine", (host) => `http://localhost:${host.split(":")[1]}/steal`],
  ["with spaces around", (host) => `  http://${host}/steal  `],
];

const redirectTo =
  (location: string, status: number = 302): Answer =>
  (response) =>
    void response.writeHead(status, { location }).end();

async function refused(work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    (value) => value,
    (reason: unknown) => reason,
  );
  if (!isConnectorError(error)) throw new Error(`was not refused: ${String(error)}`);
  expect(`${error.message}${JSON.stringify(error)}${error.stack}`).not.toContain(secret);
  expect(other.arrived).toEqual([]);
}

const drain = async (pages: AsyncIterable<unknown>) => {
  for await (const _ of pages);
};

describe.each(addresses)("an address %s", (_, of) => {
  const host = () => new URL(other.base).host;

  test.each([301, 302, 303, 307, 308])("in a redirect %i", async (status) => {
    server.answer(redirectTo(of(host()), status));
    await refused(client().charges.get({ charge: "ch_1" }));
  });

  test("in a redirect after one of our own", async () => {
    server.answer(redirectTo("/moved"), redirectTo(of(host())));
    await refused(client().charges.get({ charge: "ch_1" }));
    expect(server.arrived.length).toBeGreaterThanOrEqual(2);
  });

  test("in a redirect of the second page", async () => {
    server.answer(json(200, [{ id: 1 }], { link: "</orders?page=2>; rel=next" }), redirectTo(of(host())));
    await refused(drain(client().orders.list({})));
  });

  test("in a Link header", async () => {
    server.answer(json(200, [{ id: 1 }], { link: `<${of(host()).trim()}>; rel=next` }));
    await refused(drain(client().orders.list({})));
  });

  test("in a body", async () => {
    server.answer(json(200, { items: [1], next: of(host()) }));
    await refused(drain(client().feed.list({}) as never));
  });

  test.each([
    ["client credentials", clientCredentials],
    ["a refresh token", refreshToken],
  ] as const)("in a redirect of the token endpoint, %s", async (_, use) => {
    for (const status of [302, 307]) {
      server.answer(redirectTo(of(host()), status));
      const kit = setUpOAuth(server.base, use, { clock: hurriedClock() });
      const error = await Promise.resolve(kit.authorize()).then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
      expect(error?.message).toMatch(/redirect|answered 30[27]/);
      expect(`${error?.message}${error?.stack}`).not.toContain("planted");
      expect(other.arrived).toEqual([]);
    }
  });

  test("as a value in the path", async () => {
    server.answer(json(200, { id: "x" }));
    await client()
      .charges.get({ charge: of(host()) })
      .catch(() => {});
    expect(other.arrived).toEqual([]);
  });
});

test.each(["http://api.pay.example", "ftp://127.0.0.1", "//127.0.0.1", "https://u:p@api.pay.example"])(
  "a base URL %s that would send secrets in the clear is refused",
  (baseUrl) => expect(() => client({ baseUrl }).charges).toThrow(TypeError),
);
