import { connect } from "@couplet/runtime";
import { undiciFetch } from "@couplet/runtime/undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, type Loopback, startLoopback } from "./loopback.ts";
import { define, safePolicy, skippingClock, unsafePolicy } from "./pay.ts";
import { rejection, secret } from "./pay-client.ts";

const policyOf = (timeout: number | undefined, base = safePolicy) => ({
  ...base,
  timeouts: { ...base.timeouts, ...(timeout !== undefined && { connect: timeout }) },
});
const quick = define({ policy: policyOf(500) });
const slow = define({ policy: policyOf(5_000) });
const any = define({ policy: policyOf(undefined) });
const note = define({ method: "POST", policy: policyOf(500, unsafePolicy) });

const client = (fetch: typeof globalThis.fetch | undefined, baseUrl = "https://api.pay.example") =>
  connect(
    { auth: { secretKey: secret }, baseUrl, clock: skippingClock(), ...(fetch && { fetch }) },
    { a: { quick, slow, any, note } },
  ).a;

describe("a connect timeout", () => {
  test("is told to fetch, where the policy has one", async () => {
    const told: unknown[] = [];
    const a = client(async (_, init) => {
      told.push((init as { connectTimeout?: number }).connectTimeout);
      return Response.json({});
    });
    await a.quick();
    await a.slow();
    await a.any();
    expect(told).toEqual([500, 5_000, undefined]);
  });

  test("gives undici one agent for each figure, and what else was to be sent", async () => {
    const made: number[] = [];
    const sent: { dispatcher?: Agent; init: string[]; signal: unknown }[] = [];
    class Agent {
      readonly timeout: number;
      constructor({ connect: { timeout } }: { readonly connect: { readonly timeout: number } }) {
        this.timeout = timeout;
        made.push(timeout);
      }
    }
    const fetch = async (_: string | URL, init: { dispatcher?: Agent; signal: unknown }) => {
      sent.push({
        ...(init.dispatcher && { dispatcher: init.dispatcher }),
        init: Object.keys(init),
        signal: init.signal,
      });
      return Response.json({});
    };
    const a = client(undiciFetch({ fetch: fetch as never, Agent }));
    for (const call of [a.quick, a.slow, a.quick, a.any]) await call();
    expect(made).toEqual([500, 5_000]);
    expect(sent.map(({ dispatcher }) => dispatcher?.timeout)).toEqual([500, 5_000, 500, undefined]);
    expect(sent.every(({ init, signal }) => !init.includes("connectTimeout") && signal instanceof AbortSignal)).toBe(
      true,
    );
  });

  test("that passes had no effect, and the call is sent again, whatever its class", async () => {
    let count = 0;
    const late = Object.assign(new Error("Connect Timeout Error"), { code: "UND_ERR_CONNECT_TIMEOUT" });
    const a = client(async () => {
      count += 1;
      if (count < 3) throw Object.assign(new TypeError("fetch failed"), { cause: late });
      return Response.json({});
    });
    expect((await a.note().withResponse()).meta.attempts).toBe(3);
    count = -10;
    expect(await rejection(a.note())).toMatchObject({ code: "UND_ERR_CONNECT_TIMEOUT", effect: "none" });
  });
});

describe("the global fetch", () => {
  let server: Loopback;
  beforeAll(async () => {
    server = await startLoopback();
  });
  afterAll(() => server.close());

  test("takes the calls all the same", async () => {
    server.answer(json(200, {}));
    await client(undefined, server.base).quick();
    expect(server.arrived).toHaveLength(1);
  });
});
