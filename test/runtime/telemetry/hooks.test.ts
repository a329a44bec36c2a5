/** Hooks that fail, loggers that fail, and what hooks hear of token requests. */
import { type BaseClientOptions, connect, hooks as hooksOf, logTo } from "@couplet/runtime";
import { describe, expect, test, vi } from "vitest";
import { hurriedClock } from "../oauth-fixture.ts";
import { define } from "../pay.ts";
import { type PayClient, payClient } from "../pay-client.ts";
import { oauthConnector } from "./oauth-connector.ts";
import { answer, answering, recorder } from "./recorder.ts";

const client = (options: BaseClientOptions): PayClient => payClient("https://api.pay.example/v1", options);

describe("hooks", () => {
  test("that throw or reject break nothing, and are logged once", async () => {
    const warn = vi.fn();
    const other = vi.fn();
    const broken = hooksOf({
      callStart: async () => Promise.reject(new Error("async")),
      attemptStart: () => {
        throw new Error("sync");
      },
    });
    const pay = client({
      fetch: answering(answer(200, { id: "1" })),
      telemetry: [broken, hooksOf({ callEnd: other }), logTo({ warn })],
    });
    expect(await pay.charges.get({ charge: "1" })).toEqual({ id: "1" });
    expect(await pay.charges.get({ charge: "1" })).toEqual({ id: "1" });
    expect(other).toHaveBeenCalledTimes(2);
    expect(warn.mock.calls.map(([fields]) => fields.event)).toEqual(["couplet.telemetry.fault"]);
  });

  test("a logger that throws breaks nothing", async () => {
    const fail = () => {
      throw new Error("disk full");
    };
    const pay = client({
      fetch: answering(answer(503), answer(200, { id: "1" })),
      telemetry: logTo({ debug: fail, warn: fail }),
    });
    expect(await pay.charges.get({ charge: "1" })).toEqual({ id: "1" });
  });

  test("hear of token requests, with nothing of their form", async () => {
    const { hooks, events } = recorder();
    const issued = answer(200, { access_token: "planted-access", expires_in: 3600 });
    const fetch = answering(new Error("refused"), issued, answer(200));
    const get = define({ connector: oauthConnector, security: [["oauth"]] });
    const auth = { clientId: "client-1", clientSecret: "planted-client-secret" };
    const { a } = connect({ auth, fetch, clock: hurriedClock(), telemetry: hooks }, { a: { get } });
    await a.get({});
    const told = events.filter(({ name }) => name === "refresh").map(({ event }) => event);
    expect(told).toEqual([
      {
        provider: "pay",
        version: "2026-09-30",
        address: "login.pay.example",
        duration: expect.any(Number),
        status: undefined,
      },
      {
        provider: "pay",
        version: "2026-09-30",
        address: "login.pay.example",
        duration: expect.any(Number),
        status: 200,
      },
    ]);
  });
});
