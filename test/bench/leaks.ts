/**
 * What stays behind: `npm run bench:leaks [-- --calls 1000000]`. A million calls with one long-lived signal over 10,000
 * tenants, then a million tenants of one call each; at the end an idle client must let its process go. Needs --expose-gc.
 */
import { spawn } from "node:child_process";
import { getEventListeners } from "node:events";
import { type Client, createClient } from "@connectors/stripe/2022-11-15";
import { option } from "./measure.ts";

if (process.argv.includes("--idle")) {
  await clientOf().paymentIntents.create({ body: { amount: 1, currency: "eur" } });
  const done = performance.now();
  process.on("exit", () => console.log((performance.now() - done).toFixed(1)));
} else await measureAll();

function clientOf(): Client {
  const answer = '{"id":"pi_1","object":"payment_intent","amount":1,"currency":"eur"}';
  const headers = { "content-type": "application/json" };
  // Limits count by a clock that runs fast enough for all of these calls.
  const start = performance.now();
  const mono = () => (performance.now() - start) * 100_000;
  return createClient({
    auth: { secretKey: "sk_test_leaks" },
    fetch: async () => new Response(answer, { headers }),
    clock: { now: Date.now, mono, random: Math.random, sleep: async () => {} },
    overrides: { deadline: "1d" },
  });
}

async function measureAll(): Promise<void> {
  const calls = Number(option("calls") ?? 1_000_000);
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("start it with: npm run bench:leaks");
  const settle = async (): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await gc();
    await gc();
    return process.memoryUsage().heapUsed;
  };
  const problems: string[] = [];
  const check = (name: string, value: string, holds: boolean) => {
    console.log(`${holds ? "ok    " : "MISSED"} ${name}: ${value}`);
    if (!holds) problems.push(name);
  };
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MiB`;

  const { signal } = new AbortController();
  const client = clientOf();
  const body = { amount: 1, currency: "eur" };
  const round = async (first: number, count: number, tenants: number): Promise<void> => {
    for (let done = 0; done < count; done += 10) {
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          client.forTenant(`tenant-${(first + done + index) % tenants}`).paymentIntents.create({ body }, { signal }),
        ),
      );
    }
  };
  const steps = 20;
  await round(0, Math.ceil(calls / steps), 10_000);
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const heaps: number[] = [await settle()];
  const idle = timers();
  for (let step = 0; step < steps; step++) {
    await round(step * 10, Math.ceil(calls / steps), 10_000);
    heaps.push(await settle());
  }
  const slope = slopeOf(heaps) / (calls / steps);
  check(`heap a call, over ${calls} calls and 10,000 tenants`, `${slope.toFixed(2)} bytes`, slope <= 1);
  const grown = heaps.at(-1)! - heaps[0]!;
  check("heap after, against before", mebibytes(grown), grown <= 2 * 2 ** 20);
  check(
    "listeners on the signal",
    String(getEventListeners(signal, "abort").length),
    getEventListeners(signal, "abort").length === 0,
  );
  check("timers", String(timers() - idle), timers() <= idle);

  const before = await settle();
  await round(0, calls, Number.POSITIVE_INFINITY);
  const after = (await settle()) - before;
  check(`heap after ${calls} tenants of one call each`, mebibytes(after), after <= 2 * 2 ** 20);

  const waits = await abortWaits();
  check("slowest of 200 aborts", `${waits.toFixed(2)} ms`, waits < 5);
  const left = await exitOf();
  check("an idle client lets its process go after", `${left} ms`, left < 50);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

/** Milliseconds from an abort, with a transport that does not listen, to the rejection. */
async function abortWaits(): Promise<number> {
  const client = createClient({ auth: { secretKey: "sk_test_leaks" }, fetch: () => new Promise(() => {}) });
  let slowest = 0;
  for (let index = 0; index < 200; index++) {
    const abort = new AbortController();
    const call = client.forTenant(`t${index}`).charges.retrieve({ charge: "ch_1" }, { signal: abort.signal });
    call.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 1));
    const start = performance.now();
    abort.abort(new Error("enough"));
    await call.catch(() => {});
    slowest = Math.max(slowest, performance.now() - start);
  }
  return slowest;
}

/** Of the line through equally distant points. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const products = values.map((value, at) => (at - middle) * (value - mean));
  const squares = values.map((_, at) => (at - middle) ** 2);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0);
  return sum(products) / sum(squares);
}

async function exitOf(): Promise<number> {
  const args = ["--conditions=@couplet/source", new URL(import.meta.url).pathname, "--idle"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  for await (const chunk of child.stdout) output += chunk;
  return Number(output.trim() || Number.POSITIVE_INFINITY);
}
