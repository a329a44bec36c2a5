/**
 * A caller aborts while the call waits for each thing that it ever waits for. Each time it rejects with the caller's
 * own reason within one turn of the event loop, leaves no listener and no sleep, and gives its place to the next.
 */
import { afterEach, describe, expect, test, vi } from "vitest";
import { callNames, startAwaitedCall } from "./awaited-call.ts";
import { faultPoints } from "./fault-points.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const reason = new Error("enough");

/** The next call does not need what hangs. Of the rest, one asks for all: token, store, and the queue's timer. */
const ownWaits = ["validator", "fetch", "body"];
/** Nobody waits for these. */
const unawaited = ["rates.feedback", "rates.settle", "rates.giveBack"];

afterEach(() => vi.restoreAllMocks());

describe.each(callNames)("a call of %s is aborted", async (name) => {
  const whole = faultPoints(undefined);
  await startAwaitedCall(name, whole).done;
  await turn();
  vi.restoreAllMocks();

  const phases = whole.asked.map((port, index) => [index + 1, port] as const);
  test.each(phases.filter(([, port]) => !unawaited.includes(port)))(
    "at await %i, %s",
    { timeout: 20_000 },
    async (at, port) => {
      const points = faultPoints(at, "hangs");
      const call = startAwaitedCall(name, points);
      let told: unknown;
      call.done.then(
        () => {
          told = "succeeded";
        },
        (error: unknown) => {
          told = error;
        },
      );
      await points.reached;
      const sent = points.asked.length;
      call.abort.abort(reason);
      await turn();
      expect(told).toBe(reason);
      expect(call.listeners).toBe(0);
      // What was shared goes on; the call itself asks for nothing more.
      expect(points.asked.slice(sent).filter((asked) => asked === "fetch" || asked === "body")).toEqual([]);
      if (!ownWaits.includes(port)) points.release();
      expect(await call.next()).toEqual({ id: "x" });
      points.release();
      await turn();
      expect(points.sleeping).toBe(0);
    },
  );

  test("before it starts", async () => {
    const points = faultPoints(undefined);
    const call = startAwaitedCall(name, points);
    call.abort.abort(reason);
    await expect(call.done).rejects.toBe(reason);
    expect(call.listeners).toBe(0);
    expect(points.asked).not.toContain("fetch");
  });
});
