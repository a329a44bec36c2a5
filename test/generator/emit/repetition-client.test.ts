/** From the words of a policy to the generated client on the wire: keys, repetitions, refreshes, waits and times. */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test, vi } from "vitest";
import { explain } from "../../../generator/explain/explanation.ts";
import { toPolicyBlock } from "../../../generator/explain/policy-block.ts";
import type { ApiDocument } from "../../../generator/model.ts";
import { planVersion } from "../../../generator/plan/plan-version.ts";
import { planPolicy, tracePolicy } from "../../../generator/plan/policy.ts";
import { skippingClock } from "../../runtime/pay.ts";
import { apiTree, documentOf, head, policyOf, told } from "../policy/harness.ts";
import { root, writeVersion } from "./emit-fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

const policy = `
defaults:
  timeouts: { connect: 5s, attempt: 20s, deadline: 60s, queue: 2s }
  retry:
    maxBodyBuffer: 64KiB
    retryAfter:
      - { from: $response.body#/error/message, format: delaySeconds, pattern: "in (?<wait>[0-9]+) seconds" }
      - { from: $response.header.X-Reset, format: duration }
      - { from: $response.header.X-Until, format: httpDate, clock: local }
  idempotency: { onReplayNotFound: success }
  errors:
    - { when: "$response.body#/error/code == 'expired'", as: TokenExpiredError, refresh: true }
operations:
  createThing:
    idempotency:
      class: keyed
      comparesBody: false
      key: { in: body, name: /meta/key, maxLength: 40 }
      inFlight: { when: $statusCode == 409, disposition: permanent }
  createOrder:
    idempotency:
      natural: { field: /order/reference, duplicate: "$response.body#/error/code == 'duplicate'", onDuplicate: success }
`;

async function document(): Promise<ApiDocument> {
  const tree = apiTree() as { paths: Record<string, Record<string, Record<string, unknown>>> };
  const things = tree.paths["/v1/things"]!["post"]!;
  const text = { type: "string" };
  const bodyOf = (schema: object) => ({ required: true, content: { "application/json": { schema } } });
  const object = (properties: object, required: string[]) => ({ type: "object", properties, required });
  things["requestBody"] = bodyOf(
    object({ name: text, meta: object({ key: text, note: text }, ["key"]) }, ["name", "meta"]),
  );
  tree.paths["/v1/orders"] = {
    post: {
      ...things,
      operationId: "createOrder",
      requestBody: bodyOf(object({ order: object({ reference: text }, ["reference"]) }, ["order"])),
    },
  };
  return documentOf(tree);
}

const source = await policyOf(head + policy);
const api = await document();
const planned = planPolicy(source, api, "2026-01");
const identity = { provider: "things", version: "2026-01", pinned: new Map<string, string>() };
const name = `repetition-client-${process.pid}`;
const folder = writeVersion(name, planVersion(api, planned, identity));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Sent {
  readonly method: string;
  readonly body: unknown;
  readonly init: RequestInit & { readonly connectTimeout?: number };
}

/** The generated client over a transport that answers in turn; a lost connection is `undefined`. */
async function client(...answers: (readonly [status: number, body: unknown, headers?: object] | undefined)[]) {
  const { createClient } = await import(pathToFileURL(join(folder, "index.ts")).href);
  const sent: Sent[] = [];
  const clock = skippingClock();
  let secrets = 0;
  const things = createClient({
    auth: { token: () => `secret-${secrets++}` },
    clock,
    fetch: async (_: string, init: Sent["init"]) => {
      sent.push({ method: init.method!, body: init.body && JSON.parse(String(init.body)), init });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined) throw Object.assign(new TypeError("fetch failed"), { code: "ECONNRESET" });
      return Response.json(answer[1], { status: answer[0], headers: { ...answer[2] } });
    },
  });
  return { things: things.things, sent, clock };
}

const problem = (code: string, message: string = "") => ({ error: { code, message } });

describe("the generated client", () => {
  test("puts one key deep into the body, and refuses it with another body", async () => {
    const { things, sent } = await client([503, {}], [200, { id: "1" }]);
    await things.create({ body: { name: "x" } });
    const [one, other] = sent.map(({ body }) => body as { meta: { key: string } });
    expect(one).toEqual({ name: "x", meta: { key: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    expect(other).toEqual(one);
    await things.create({ body: { name: "x" } }, { idempotencyKey: "mine" });
    await expect(things.create({ body: { name: "y" } }, { idempotencyKey: "mine" })).rejects.toMatchObject({
      name: "InputValidationError",
    });
    expect(sent).toHaveLength(3);
  });

  test("takes a running first request for what the policy says", async () => {
    const { things, sent } = await client([409, problem("busy")]);
    await expect(things.create({ body: { name: "x" } })).rejects.toMatchObject({ effect: "unknown", attempts: 1 });
    expect(sent).toHaveLength(1);
  });

  test("takes a known reference, and a thing that is gone, for the success of the attempt before", async () => {
    const order = await client(undefined, [409, problem("duplicate")]);
    const { data, meta } = await order.things.createOrder({ body: { order: { reference: "o-1" } } }).withResponse();
    expect([data, meta]).toMatchObject([undefined, { attempts: 2, idempotencyKey: "o-1", inferred: true }]);
    const gone = await client(undefined, [404, problem("none")]);
    expect(await gone.things.delete({ id: "1" })).toBeUndefined();
    const never = await client([404, problem("none")]);
    await expect(never.things.delete({ id: "1" })).rejects.toMatchObject({ name: "NotFoundError" });
  });

  test("asks for new credentials where a rule says so", async () => {
    const { things, sent } = await client([403, problem("expired")], [200, { id: "1" }]);
    await things.get({ id: "1" });
    const [one, other] = sent.map(({ init }) => new Headers(init.headers).get("authorization"));
    expect(one).not.toBe(other);
  });

  test.each<[string, unknown, object, number]>([
    ["in a sentence", problem("slow", "try again in 7 seconds"), {}, 7_000],
    ["as a duration", problem("slow"), { "X-Reset": "0m9s" }, 9_000],
  ])("waits as it is told %s", async (_, body, headers, wait) => {
    const { things, clock } = await client([429, body, headers], [200, { id: "1" }]);
    await things.get({ id: "1" });
    expect(clock.slept[0]).toBe(wait);
  });

  test("tells its fetch how long connecting may take", async () => {
    const { things, sent } = await client([200, { id: "1" }]);
    await things.get({ id: "1" });
    expect(sent[0]!.init.connectTimeout).toBe(5_000);
  });

  test("has types that say what need not be given, and what may be missing", () => {
    const consumer = `
import { createClient } from "./index.ts";
const { things } = createClient({ auth: { token: "t" } });
const made = await things.create({ body: { name: "x" } });
export const id: string | undefined = made.id;
export const gone: { id?: string } | undefined = await things.delete({ id: "1" });
// @ts-expect-error: it may be undefined
export const there: { id?: string } = await things.delete({ id: "1" });
export const order: { id?: string } | undefined = await things.createOrder({ body: { order: { reference: "o" } } });
// @ts-expect-error: the reference is the caller's to give
export const without: unknown = things.createOrder({ body: { order: {} } });
const result = await things.delete({ id: "1" }).result();
export const told: string | undefined = result.ok ? result.data?.id : result.error.message;
`;
    writeFileSync(join(folder, "consumer.ts"), consumer);
    const config = { extends: "../../../tsconfig.json", include: ["**/*.ts"], exclude: [] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    let said = "";
    try {
      execFileSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      said = (error as { stdout: string }).stdout;
    }
    expect(said).toBe("");
  });
});

test.each(["createThing", "createOrder", "deleteThing", "getThing"])(
  "the effective policy of %s, written as a policy, gives the same",
  async (id) => {
    const { policy: wanted } = planned.operations.get(id)!;
    const tree = tracePolicy(source, api, "2026-01").operations.get(id)!.tree;
    const block = toPolicyBlock(planned.operations.get(id)!, tree);
    const again = await policyOf(`${head}operations: ${JSON.stringify({ [id]: block })}\n`);
    expect(told(again.diagnostics)).toEqual([]);
    const { errors: _, ...got } = planPolicy(again, api, "2026-01").operations.get(id)!.policy;
    const { errors: _errors, ...given } = wanted;
    expect(got).toEqual(given);
  },
);

test("is explained in sentences", () => {
  const traced = tracePolicy(source, api, "2026-01");
  const builtIn = tracePolicy(undefined, api, "2026-01");
  const said = (key: string) => {
    const operation = api.operations.find(({ operationId }) => operationId === key)!;
    return explain({ source, document: api, version: "2026-01", trace: traced, builtIn, operation }, key);
  };
  const statements = (key: string) => said(key).retries.statements;
  expect(statements("createThing")).toEqual(
    expect.arrayContaining([
      "A streamed body of up to 64KiB is read before it is sent, so that it can be sent again; a larger one is sent once.",
      "The provider compares no bodies: the client refuses a key of the caller's that it has sent with another body.",
      "An attempt waits at most 2 s for limits and its turn; then the call fails and says when to come back.",
      "Connecting may take 5 s where the client's fetch can keep that (undiciFetch); the global fetch cannot be told, and there the attempt timeout alone bounds it.",
      expect.stringMatching(/^After 401 or TokenExpiredError new credentials are asked for/),
    ]),
  );
  expect(statements("createOrder")).toEqual(
    expect.arrayContaining([
      "What may have taken effect is repeated only when the call carries its /order/reference.",
      "The answer $response.body#/error/code == 'duplicate' to a repetition, after an attempt that may have taken effect, is a success without data.",
    ]),
  );
  expect(statements("deleteThing")).toContain(
    "Not found, as an answer to a repetition, after an attempt that may have taken effect, is a success without data.",
  );
  expect(said("createOrder").effect).toBe(
    "of one call at most, as long as the provider takes each /order/reference once",
  );
  expect(said("createThing").worstCase.replays).toBe(1);
  expect(said("getThing").retries.verdicts).toContainEqual({
    failure: "TokenExpiredError ($response.body#/error/code == 'expired')",
    again: false,
    because: "refused credentials are never repeated, only replaced",
  });
});
