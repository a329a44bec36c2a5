/** Inputs and answers that are not as declared. */
import { type BaseClientOptions, connect, isConnectorError, logTo, validatorsOf } from "@couplet/runtime";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { json, type Loopback, startLoopback } from "./loopback.ts";
import { define, keyedPolicy, notesCreate, unsafePolicy } from "./pay.ts";
import { note, payClient, rejection, secret } from "./pay-client.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

const pay = (options: BaseClientOptions = {}) => payClient(server.base, options);

describe("validators", () => {
  const only = (wanted: string) => ({
    "~standard": {
      version: 1 as const,
      vendor: "test",
      validate: (value: unknown) =>
        JSON.stringify(value)?.includes(wanted)
          ? { value }
          : { issues: [{ message: `expected ${wanted}`, path: ["a", { key: 0 }] }] },
    },
  });

  test("a strict input check sends nothing; warn sends it and tells the logger", async () => {
    server.answer(json(200, { id: "good" }));
    const validators = validatorsOf({ "notes.create": { input: only("hello") } });
    await pay({ validators }).notes.create(note);
    const error = await rejection(pay({ validators }).notes.create({ body: "other" }));
    expect(error).toMatchObject({
      name: "InputValidationError",
      issues: [{ path: ["a", 0], message: "expected hello" }],
      attempts: 0,
    });
    expect(server.arrived).toHaveLength(1);
    const logger = { warn: vi.fn() };
    const create = define({
      ...notesCreate,
      policy: { ...unsafePolicy, validation: { request: "warn", response: "warn" } },
    });
    await connect(
      { auth: { secretKey: secret }, baseUrl: server.base, validators, telemetry: logTo(logger) },
      { notes: { create } },
    ).notes.create({ body: 1 });
    expect(logger.warn).toHaveBeenCalledOnce();
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error(`cannot read ${secret}`);
      },
    ],
    ["rejects", () => Promise.reject(new Error(`cannot read ${secret}`))],
    ["answers with what is no result", () => ({ issues: 1 }) as never],
  ])("one that %s has an issue, without the secret in its error", async (_what, validate) => {
    const broken = { "~standard": { version: 1 as const, vendor: "test", validate } };
    const logger = { warn: vi.fn() };
    server.answer(json(200, { id: "ch_1" }));
    const lax = pay({
      validators: validatorsOf({ "notes.create": { responses: { "200": broken } } }),
      telemetry: logTo(logger),
    });
    expect(await lax.notes.create(note)).toEqual({ id: "ch_1" });
    expect(logger.warn).toHaveBeenCalledOnce();
    expect(logger.warn.mock.calls[0]![1]).toContain("the validator failed: ");
    expect(JSON.stringify(logger.warn.mock.calls)).not.toContain(secret);
    const strict = define({
      ...notesCreate,
      policy: { ...keyedPolicy, validation: { request: "none", response: "strict" } },
    });
    const options = { auth: { secretKey: secret }, baseUrl: server.base };
    const validators = validatorsOf({ "notes.create": { responses: { "200": broken } } });
    const error = await rejection(
      connect({ ...options, validators }, { notes: { create: strict } }).notes.create(note),
    );
    expect(error).toMatchObject({ name: "ResponseValidationError", effect: "applied", attempts: 1 });
  });

  test("a strict answer check keeps the value and never sends again; warn gives the data", async () => {
    const validators = validatorsOf({ "notes.create": { responses: { "2XX": only("good") } } });
    server.answer(json(200, { id: "bad" }));
    const logger = { warn: vi.fn() };
    expect(await pay({ validators, telemetry: logTo(logger) }).notes.create(note)).toEqual({ id: "bad" });
    expect(logger.warn.mock.calls[0]![1]).toContain("/a/0: expected good");
    const create = define({
      ...notesCreate,
      policy: { ...keyedPolicy, validation: { request: "none", response: "strict" } },
    });
    const client = connect({ auth: { secretKey: secret }, baseUrl: server.base, validators }, { notes: { create } });
    const error = await rejection(client.notes.create({ body: 1 }));
    expect(error).toMatchObject({
      name: "ResponseValidationError",
      effect: "applied",
      attempts: 1,
      value: { id: "bad" },
    });
    expect(isConnectorError(error, "ResponseValidationError")).toBe(true);
    expect(JSON.stringify(error)).not.toContain("bad");
    expect(server.arrived).toHaveLength(2);
  });
});

test("faults of the input are all named, and nothing is sent", async () => {
  server.answer(json(200, {}));
  const odd = define({
    path: "/a/{id}",
    parameters: [
      { name: "id", in: "path", required: true },
      { name: "n", in: "query" },
      { name: "X-Shop", in: "header" },
    ],
  });
  const { a } = connect({ auth: { secretKey: secret }, baseUrl: server.base }, { a: { odd } });
  const error = await rejection(a.odd({ n: Number.NaN, "X-Shop": "a\r\nX-Evil: 1" }));
  expect(error).toMatchObject({ name: "InputValidationError", effect: "none", attempts: 0 });
  expect((error["issues"] as { path: string[] }[]).map(({ path }) => path[0])).toEqual(["id", "n", "X-Shop"]);
  expect(error.message).not.toContain("X-Evil");
  expect(server.arrived).toHaveLength(0);
});
