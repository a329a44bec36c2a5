/** What a repetition proves: over real sockets, with the connection lost after the request came. */
import { connect } from "@couplet/runtime";
import {
  bodyKey,
  changeRules,
  conditionHolds,
  idempotencyKeys,
  jsonBody,
  type Policy,
  replayDuplicate,
  replayNotFound,
  validatorsOf,
} from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, json, type Loopback, startLoopback } from "./loopback.ts";
import { define, keyedPolicy, safePolicy, skippingClock } from "./pay.ts";
import { rejection, secret } from "./pay-client.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

const lost: Answer = (response) => response.destroy();
const schema = {
  "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "odd" }] }) },
} as const;

function client(of: Policy, method: "DELETE" | "POST") {
  const policy = { ...of, changes: changeRules, conditions: conditionHolds, keys: idempotencyKeys };
  const body = { contentType: "application/json", encode: jsonBody };
  const call = define({ id: "a.call", method, policy, ...(method === "POST" && { body }) });
  const { a } = connect(
    {
      auth: { secretKey: secret },
      baseUrl: server.base,
      clock: skippingClock(),
      // No answer passes: a success that is only inferred has none to look at.
      validators: validatorsOf({ "a.call": { responses: { default: schema, "404": schema, "409": schema } } }),
    },
    { a: { call } },
  );
  return a;
}

describe("a DELETE whose repetition is answered with not-found", () => {
  const policy: Policy = {
    ...safePolicy,
    validation: { request: "none", response: "strict" },
    idempotency: { class: "idempotent", onReplay: { use: replayNotFound } },
  };

  test.each<[string, Answer[], attempts: number]>([
    ["after a lost connection", [lost, json(404, { message: "gone" })], 2],
    ["after a 503", [json(503, {}), json(410, {})], 2],
    ["after several", [json(500, {}), json(429, {}), json(404, {})], 3],
  ])("worked %s", async (_, answers, attempts) => {
    server.answer(...answers);
    const { data, meta, response } = await client(policy, "DELETE").call().withResponse();
    expect([data, meta.attempts, meta.inferred]).toEqual([undefined, attempts, true]);
    expect([404, 410]).toContain(response.status);
    expect(server.arrived).toHaveLength(attempts);
  });

  test.each<[string, Answer[]]>([
    ["on the first attempt", [json(404, {})]],
    ["after a refusal that surely had no effect", [json(429, {}), json(404, {})]],
  ])("is an error %s", async (_, answers) => {
    server.answer(...answers);
    expect(await rejection(client(policy, "DELETE").call())).toMatchObject({
      name: "NotFoundError",
      effect: "none",
      attempts: answers.length,
    });
  });

  test("is an error where the policy does not say so, or says that this 404 is something else", async () => {
    const errors = [{ when: { op: "==", left: { from: "status" }, right: 404 }, as: "PermissionError" }] as const;
    for (const other of [{ ...policy, idempotency: { class: "idempotent" } } as const, { ...policy, errors }]) {
      server.answer(lost, json(404, {}));
      expect(await rejection(client(other, "DELETE").call())).toMatchObject({ status: 404, effect: "unknown" });
    }
  });

  test("says so in its result", async () => {
    server.answer(lost, json(404, {}));
    expect(await client(policy, "DELETE").call().result()).toMatchObject({ ok: true, status: 404, data: undefined });
  });
});

describe("a reference of the caller's that the provider takes once", () => {
  const when = { op: "==", left: { from: "body", path: ["code"] }, right: "duplicate" } as const;
  const policyOf = (as: "applied" | "success"): Policy => ({
    ...safePolicy,
    idempotency: {
      class: "keyed",
      key: { in: "body", name: "reference", generate: "none", maxLength: 255, put: bodyKey, path: ["reference"] },
      onReplay: { use: replayDuplicate, duplicate: { when, as } },
    },
  });
  const duplicate = json(409, { code: "duplicate" });
  const body = { reference: "order-42", amount: 5 };

  test("was brought there by an attempt whose answer was lost: the error says so", async () => {
    server.answer(lost, duplicate);
    const error = await rejection(client(policyOf("applied"), "POST").call({ body }));
    expect(error).toMatchObject({ name: "ConflictError", effect: "applied", attempts: 2 });
    expect(error.message).toContain("It took effect: do not send it again.");
    expect(server.arrived.map((one) => JSON.parse(one.body))).toEqual([body, body]);
  });

  test("is a success without data where the policy says so", async () => {
    server.answer(json(502, {}), duplicate);
    const { data, meta } = await client(policyOf("success"), "POST").call({ body }).withResponse();
    expect([data, meta]).toEqual([undefined, { attempts: 2, idempotencyKey: "order-42", inferred: true }]);
  });

  test("was there before: an error without effect", async () => {
    for (const as of ["applied", "success"] as const) {
      server.answer(duplicate);
      expect(await rejection(client(policyOf(as), "POST").call({ body }))).toMatchObject({
        name: "ConflictError",
        effect: "none",
        attempts: 1,
      });
    }
  });

  test("is not what another conflict is about", async () => {
    server.answer(lost, json(409, { code: "closed" }));
    expect(await rejection(client(policyOf("success"), "POST").call({ body }))).toMatchObject({ effect: "unknown" });
  });

  test.each<[string, object, object | undefined, sent: object, attempts: number]>([
    ["that is a number", { reference: 42 }, undefined, { reference: 42 }, 2],
    ["that is not given: nothing makes a repetition harmless", { amount: 5 }, undefined, { amount: 5 }, 1],
    ["that is empty", { reference: "" }, undefined, { reference: "" }, 1],
    ["that is given as the key", { amount: 5 }, { idempotencyKey: "k" }, { amount: 5, reference: "k" }, 2],
  ])("%s", async (_, given, options, sent, attempts) => {
    server.answer(lost, json(200, { id: "x" }));
    await client(policyOf("applied"), "POST").call({ body: given }, options).result();
    expect(server.arrived.map((one) => JSON.parse(one.body))).toEqual(Array(attempts).fill(sent));
  });
});

test("a replayed error of a keyed call is not asked for again, a fresh one is", async () => {
  server.answer(lost, json(500, {}, { "idempotent-replayed": "true" }), json(200, {}));
  const error = await rejection(client(keyedPolicy, "POST").call({ body: {} }));
  expect(error).toMatchObject({ status: 500, attempts: 2, effect: "unknown" });
  expect(error.message).toContain("not again, because the provider stored this answer");
  server.answer(lost, json(500, {}, { "idempotent-replayed": "false" }), json(200, {}));
  await client(keyedPolicy, "POST")
    .call({ body: {} })
    .catch(() => {});
  expect(server.arrived).toHaveLength(3);
});
