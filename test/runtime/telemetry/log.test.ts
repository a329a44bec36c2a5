/** Log lines through real loggers. */
import { connect, type Logger, logTo } from "@couplet/runtime";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import { chargesGet, skippingClock } from "../pay.ts";
import { secret } from "../pay-client.ts";
import { answer, answering } from "./recorder.ts";

async function run(logger: Logger): Promise<void> {
  const fetch = answering(answer(503), answer(402, { error: secret }));
  const options = { auth: { secretKey: secret }, clock: skippingClock(), fetch, telemetry: logTo(logger) };
  await connect(options, { charges: { get: chargesGet } })
    .charges.get({ charge: "1" }, { tenant: "shop-1" })
    .result();
}

test("pino takes the client's lines as they are", async () => {
  const lines: Record<string, unknown>[] = [];
  await run(pino({ level: "debug", base: null }, { write: (line) => void lines.push(JSON.parse(line)) }));
  const call = { level: 20, provider: "pay", version: "2026-09-30", operation: "charges.get", tenant: "shop-1" };
  expect(lines).toMatchObject([
    { ...call, event: "couplet.wait", for: "credentials" },
    {
      ...call,
      event: "couplet.retry",
      attempt: 1,
      error: "503",
      msg: "charges.get (pay 2026-09-30): attempt 1 failed (503); the next one follows in 150 ms",
    },
    {
      ...call,
      event: "couplet.call.end",
      outcome: "error",
      status: 402,
      error: "ApiError",
      attempts: 2,
      effect: "unknown",
    },
  ]);
});

test("console fits, and keeps its own `this`", async () => {
  const debug = vi.spyOn(console, "debug").mockImplementation(() => {});
  await run(console);
  expect(debug.mock.calls.map(([fields]) => fields.event)).toContain("couplet.retry");
  debug.mockRestore();
});
