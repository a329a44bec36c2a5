/** Answers that refuse the credentials by an error rule, not by their status. */
import { connect } from "@couplet/runtime";
import { conditionHolds, jsonBody, type Policy } from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, json, type Loopback, startLoopback } from "../loopback.ts";
import { connector, define, safePolicy, skippingClock, unsafePolicy } from "../pay.ts";
import { rejection } from "../pay-client.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

const errors: Policy["errors"] = [
  {
    when: { op: "==", left: { from: "body", path: ["category"] }, right: "EXPIRED_AUTHENTICATION" },
    as: "TokenExpiredError",
    refresh: true,
  },
];
const quiet = { ...connector, auth: { bearer: { ...connector.auth["bearer"]!, refreshOn: [] } } };

/** A credential that is another at each asking, unless it is fixed. */
function client(kind: "get" | "note", secret: string | (() => string), policy: Partial<Policy> = {}) {
  const call =
    kind === "get"
      ? define({ connector: quiet, policy: { ...safePolicy, errors, conditions: conditionHolds, ...policy } })
      : define({
          connector: quiet,
          policy: { ...unsafePolicy, errors, conditions: conditionHolds, ...policy },
          method: "POST",
          body: { contentType: "application/json", encode: jsonBody },
        });
  const { a } = connect({ auth: { secretKey: secret }, baseUrl: server.base, clock: skippingClock() }, { a: { call } });
  return a.call;
}

function rotating() {
  let count = 0;
  return () => `key-${count++}`;
}

const sentKeys = () => server.arrived.map(({ headers }) => headers.authorization);
const expired = (status: number): Answer => json(status, { category: "EXPIRED_AUTHENTICATION" });

describe("an answer that a rule calls expired", () => {
  test.each<[string, "get" | "note", number]>([
    ["a 403 to a GET", "get", 403],
    ["a 200 to a GET", "get", 200],
    ["a 401, though 401 alone asks for nothing", "get", 401],
    ["a 403 to an unsafe POST", "note", 403],
    ["a 500 to an unsafe POST: the policy says that it was refused", "note", 500],
  ])("%s: new credentials and one replay, outside the attempts", async (_, kind, status) => {
    server.answer(expired(status), json(200, { id: "x" }));
    const { meta } = await client(kind, rotating())(kind === "note" ? { body: {} } : {}, {
      retry: false,
    }).withResponse();
    expect(meta.attempts).toBe(2);
    const [one, other] = sentKeys();
    expect(other).not.toBe(one);
  });

  test("twice is an error: neither refreshed again nor repeated", async () => {
    server.answer(expired(403));
    const error = await rejection(client("get", rotating())());
    expect(error).toMatchObject({ name: "TokenExpiredError", base: "PermissionError", attempts: 2, effect: "none" });
  });

  test("with credentials that do not change is sent once", async () => {
    server.answer(expired(403));
    for (const secret of ["fixed", () => "fixed"])
      expect(await rejection(client("get", secret)())).toMatchObject({ name: "TokenExpiredError", attempts: 1 });
  });

  test("wins over a challenge that speaks of something else", async () => {
    server.answer(
      json(403, { category: "EXPIRED_AUTHENTICATION" }, { "www-authenticate": 'Bearer error="insufficient_scope"' }),
      json(200, {}),
    );
    await client("get", rotating())();
    expect(sentKeys()).toHaveLength(2);
  });

  test("keeps what an earlier attempt may have done", async () => {
    const policy = { idempotency: { class: "idempotent" } } as const;
    server.answer(json(503, {}), expired(403), expired(403));
    expect(await rejection(client("note", rotating(), policy)({ body: {} }))).toMatchObject({
      name: "TokenExpiredError",
      attempts: 3,
      effect: "unknown",
    });
  });
});

test.each([401, 403])("a %s of which no rule speaks asks for nothing", async (status) => {
  server.answer(json(status, { category: "OTHER" }));
  await rejection(client("get", rotating())());
  expect(sentKeys()).toHaveLength(1);
});
