import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { connect } from "@couplet/runtime";
import { undiciFetch } from "@couplet/runtime/undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, type Loopback, startLoopback } from "./loopback.ts";
import { define, safePolicy, skippingClock, unsafePolicy } from "./pay.ts";
import { rejection, secret } from "./pay-client.ts";
import { transports } from "./undici/transports.ts";

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

  test("gives undici one agent for each figure", async () => {
    const made: (number | undefined)[] = [];
    const sent: { readonly timeout: number | undefined; readonly path: string }[] = [];
    class Agent {
      readonly timeout: number | undefined;
      constructor({ connect }: { readonly connect?: { readonly timeout: number } }) {
        this.timeout = connect?.timeout;
        made.push(this.timeout);
      }
      dispatch({ path }: { readonly path: string }, handler: Record<string, (...given: unknown[]) => void>): boolean {
        sent.push({ timeout: this.timeout, path });
        const controller = { pause() {}, resume() {}, abort() {} };
        handler["onRequestStart"]!(controller);
        handler["onResponseStart"]!(controller, 200, { "content-type": "application/json" }, "OK");
        handler["onResponseData"]!(controller, Buffer.from("{}"));
        handler["onResponseEnd"]!(controller, {});
        return true;
      }
    }
    const fetch = () => Promise.reject(new Error("is not asked"));
    const shared = new Agent({});
    const a = client(undiciFetch({ fetch, Agent, getGlobalDispatcher: () => shared }));
    for (const call of [a.quick, a.slow, a.quick, a.any]) await call();
    expect(made).toEqual([undefined, 500, 5_000]);
    expect(sent.map(({ timeout }) => timeout)).toEqual([500, 5_000, 500, undefined]);
    const alone = client(undiciFetch({ fetch, Agent }));
    for (const call of [alone.any, alone.any, alone.quick]) await call();
    expect(made).toEqual([undefined, 500, 5_000, undefined, 500]);
  });

  test("leaves the application its proxy", async () => {
    class Agent {
      dispatch(): boolean {
        throw new Error("is not asked");
      }
    }
    class ProxyAgent {
      dispatch(_: unknown, handler: Record<string, (...given: unknown[]) => void>): boolean {
        handler["onResponseError"]!(null, Object.assign(new Error("no route"), { code: "EPROXY" }));
        return false;
      }
    }
    const proxy = new ProxyAgent();
    const fetch = () => Promise.reject(new Error("is not asked"));
    const a = client(undiciFetch({ fetch, Agent, getGlobalDispatcher: () => proxy }));
    expect(await rejection(a.note())).toMatchObject({ code: "EPROXY", effect: "unknown" });
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

describe.each(transports)("%s", (_, undici) => {
  test("keeps it, also where TLS does not begin", async () => {
    const server = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const a = client(undiciFetch(undici), `https://127.0.0.1:${port}`);
    const single = { retry: { maxAttempts: 1 } } as const;
    expect(await rejection(a.note(undefined, single))).toMatchObject({
      code: "UND_ERR_CONNECT_TIMEOUT",
      effect: "none",
    });
    server.close();
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
