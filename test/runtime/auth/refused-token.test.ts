/** Whoever is told no, or to wait, does not ask again with the next call. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { clientCredentials } from "../../../runtime/codegen.ts";
import { bearer, problem, setUpOAuth } from "../oauth-fixture.ts";
import { send, startTokenServer, type TokenServer } from "../token-server.ts";

let server: TokenServer;
beforeEach(async () => {
  server = await startTokenServer();
});
afterEach(() => server.close());

test.each([
  ["too many", 429, { "retry-after": "60" }, 60_000],
  ["down", 503, { "retry-after": "90" }, 90_000],
  ["refused", 400, {}, 3_000],
  ["nonsense", 200, {}, 3_000],
] as const)(
  "%s: all calls get the first answer for as long as the endpoint says",
  async (_, status, headers, pause) => {
    let isGood = false;
    server.answer((__, count, response) =>
      isGood ? send(response, 200, { access_token: `token-${count}` }) : send(response, status, {}, headers),
    );
    const { authorize, clock } = setUpOAuth(server.url, clientCredentials);
    const first = await problem(authorize());
    for (let call = 0; call < 3; call++) {
      const { message, ...known } = await problem(authorize());
      expect([message, { ...known }]).toEqual([first.message, { ...first }]);
    }
    isGood = true;
    await clock.advance(pause - 1);
    await problem(authorize());
    expect(server.calls).toHaveLength(1);
    await clock.advance(1);
    expect(bearer(await authorize())).toBe("Bearer token-2");
  },
);

test("another account is not kept waiting", async () => {
  server.answer(({ form }, _, response) =>
    form.get("client_id") === "bad" ? send(response, 400, {}) : send(response, 200, { access_token: "token" }),
  );
  let clientId = "bad";
  const given = { clientId: () => clientId, clientSecret: "planted-client-secret" };
  const { authorize } = setUpOAuth(server.url, clientCredentials, { given });
  await problem(authorize());
  clientId = "good";
  expect(bearer(await authorize())).toBe("Bearer token");
});
