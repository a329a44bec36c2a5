/**
 * Everything the core waits for (fetch, body, rate store, token store, clock, crypto, credentials, validators) fails
 * once in turn, at each of its moments. Whatever fails: the call settles, tells its effect right, leaves nothing
 * behind, and the same client still works.
 */
import { isConnectorError } from "@couplet/runtime";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type CallName, callNames, startAwaitedCall } from "./awaited-call.ts";
import { type FaultPoints, faultPoints } from "./fault-points.ts";

/** Their fault costs no call. */
const harmless = ["tokens.release", "rates.giveBack", "rates.settle", "rates.feedback"];

interface Run {
  readonly points: FaultPoints;
  /** Ports that the call itself asked, without the call after it. */
  readonly own: number;
  readonly outcome: { readonly value?: unknown; readonly error?: unknown };
  readonly effects: number;
  readonly listeners: number;
  /** A call afterwards, when nothing fails any more. */
  readonly next: unknown;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function runOnce(name: CallName, failing: number | undefined, way: "rejects" | "throws"): Promise<Run> {
  const points = faultPoints(failing, way);
  const call = startAwaitedCall(name, points);
  const outcome = await call.done.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await turn();
  const own = points.asked.length;
  const { effects } = call;
  const next = await call.next().then(
    () => "works",
    (error: unknown) => error,
  );
  await turn();
  return { points, own, outcome, effects, listeners: call.listeners, next };
}

afterEach(() => vi.restoreAllMocks());

const ways = ["rejects", "throws"] as const;
const cases = callNames.flatMap((name) => ways.map((way) => [name, way] as const));

describe.each(cases)("a call of %s, and something %s", async (name, way) => {
  const whole = await runOnce(name, undefined, way);
  vi.restoreAllMocks();
  const ends = whole.own;

  test("passes every port when nothing fails", () => {
    expect([whole.outcome, whole.next]).toEqual([{ value: { id: "x" } }, "works"]);
    expect(whole.points.asked.slice(0, ends)).toEqual(
      expect.arrayContaining([
        ...[
          "validator",
          "credential",
          "crypto.digest",
          "tokens.get",
          "tokens.lock",
          "tokens.replace",
          "tokens.release",
        ],
        ...["fetch", "fetch token", "body", "rates.take", "rates.settle", "clock.sleep"],
      ]),
    );
  });

  test.each(Array.from({ length: ends }, (_, index) => [index + 1, whole.points.asked[index]!] as const))(
    "await %i, %s",
    { timeout: 20_000 },
    async (failing) => {
      const unhandled: unknown[] = [];
      const listen = (reason: unknown) => void unhandled.push(reason);
      const others = process.listeners("unhandledRejection");
      process.removeAllListeners("unhandledRejection");
      process.on("unhandledRejection", listen);
      try {
        const { points, outcome, effects, listeners, next } = await runOnce(name, failing, way);
        await turn();
        expect(unhandled).toEqual([]);
        expect(next).toBe("works");
        expect(listeners).toBe(0);
        expect(points.sleeping).toBe(0);
        if ("error" in outcome) {
          const { error } = outcome;
          if (!isConnectorError(error)) throw new Error(`tells no effect: ${String(error)}`);
          expect(harmless).not.toContain(points.asked[failing - 1]);
          if (error.effect === "none") expect(effects).toBe(0);
          if (error.effect === "applied") expect(effects).toBeGreaterThan(0);
          expect(error.message).toMatch(/^a\.\w+ \(pay 2026-09-30\): /);
        } else expect(outcome.value).toEqual({ id: "x" });
      } finally {
        process.off("unhandledRejection", listen);
        for (const other of others) process.on("unhandledRejection", other);
      }
    },
  );
});
