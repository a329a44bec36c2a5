import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { postgresSchema } from "../../../runtime/postgres.ts";
import { ioredisClient, postgresClient, removeKeys } from "./clients.ts";
import { CuttableProxy } from "./cuttable-proxy.ts";
import type { Job } from "./limited-process.ts";
import { mostInAWindow, type Outcome, overdrawn, runProcesses, utilisation } from "./run-processes.ts";
import { describeWith, runId } from "./services.ts";

const isLong = process.env["COUPLET_LONG"] !== undefined;
const patient = { timeout: 300_000 };

describe("the oracles", () => {
  test.each([
    [[0, 10, 20], 100, 3],
    [[0, 99, 100, 199], 100, 2],
    [[0, 99, 99.5, 100], 100, 3],
  ])("most of %j in %i ms: %i", (admitted, per, most) => expect(mostInAWindow(admitted, per)).toBe(most));

  test.each([
    [[0, 0, 500], 2, 1_000, 0],
    [[0, 0, 250], 2, 1_000, 0.5],
  ])("%j of a bucket of %i for %i ms overdraws %f", (admitted, capacity, per, worst) =>
    expect(overdrawn(admitted, capacity, per)).toBeCloseTo(worst),
  );
});

interface Row {
  readonly processes: number;
  readonly limit: Job["limit"];
  readonly strict?: boolean;
  readonly seconds: number;
}

const second = 1_000;
const rows: readonly Row[] = [
  { processes: 4, limit: { kind: "window", capacity: 20, per: second }, seconds: 3 },
  { processes: 4, limit: { kind: "bucket", capacity: 400, per: second }, seconds: 2 },
];
const longRows: readonly Row[] = [
  ...rows.map((row) => ({ ...row, processes: 16, seconds: 30 })),
  { processes: 4, limit: { kind: "window", capacity: 400, per: second }, seconds: 30 },
  { processes: 16, limit: { kind: "window", capacity: 400, per: second }, seconds: 30 },
  { processes: 4, limit: { kind: "window", capacity: 400, per: second }, strict: true, seconds: 30 },
  { processes: 16, limit: { kind: "window", capacity: 100, per: 10 * second }, seconds: 60 },
  { processes: 16, limit: { kind: "window", capacity: 1_000, per: 60 * second }, seconds: 150 },
];

function expectWithin({ admitted }: Outcome, { kind, capacity, per }: Job["limit"]): void {
  if (kind === "window") expect(mostInAWindow(admitted, per)).toBeLessThanOrEqual(capacity);
  // Clocks of processes are compared to a microsecond or so.
  else expect(overdrawn(admitted, capacity, per)).toBeLessThan(0.01);
}

function told({ admitted, reports }: Outcome, { capacity, per }: Job["limit"]): string {
  const asked = reports.reduce((sum, report) => sum + report.asked, 0);
  const part = (100 * utilisation(admitted, capacity, per)).toFixed(1);
  return `${admitted.length} calls, ${part} % of the limit, ${(asked / admitted.length).toFixed(2)} requests to the store a call`;
}

await describeWith("Redis", "processes over one Redis", (port) => {
  let cleanUp: () => Promise<void> = async () => {};
  afterEach(() => cleanUp());

  const scopeOf = async (name: string) => {
    const scope = `${runId}${name}`;
    const { send, close } = await ioredisClient(port);
    cleanUp = async () => {
      await removeKeys(send, scope);
      await close();
    };
    return scope;
  };

  test.each(isLong ? [...rows, ...longRows] : rows)(
    "$processes stay within $limit.capacity in $limit.per ms ($limit.kind)",
    patient,
    async (row) => {
      const { processes, limit, strict = false, seconds } = row;
      const scope = await scopeOf(`${processes}${limit.kind}${limit.capacity}${strict}`);
      const job: Job = { store: "Redis", port, scope, limit, strict, callers: 30 };
      const outcome = await runProcesses(processes, job, () => sleep(seconds * 1_000));
      process.stderr.write(
        `${processes} processes, ${limit.kind} ${limit.capacity}/${limit.per}: ${told(outcome, limit)}\n`,
      );
      expectWithin(outcome, limit);
      expect(outcome.reports.flatMap(({ refused }) => refused)).toEqual([]);
      // Loaded machines may stand still for a while; the full figure is asked of an idle one, after a while.
      const least = isLong && seconds >= 30 ? 0.93 : 0.3;
      expect(utilisation(outcome.admitted, limit.capacity, limit.per)).toBeGreaterThan(least);
    },
  );

  test.each(["cut", "silence"] as const)(
    "stay within the limit when Redis is out of reach: %s",
    patient,
    async (how) => {
      const limit = { kind: "window", capacity: 40, per: 1_000 } as const;
      const proxy = await CuttableProxy.before(port);
      const scope = await scopeOf(how);
      const job: Job = { store: "Redis", port: proxy.port, scope, limit, strict: false, callers: 10 };
      const marks: number[] = [];
      const mark = () => marks.push(Number(process.hrtime.bigint()) / 1e6);
      try {
        const outcome = await runProcesses(4, job, async () => {
          await sleep(2_500);
          mark();
          proxy[how]();
          await sleep(4_000);
          mark();
          proxy.mend();
          await sleep(5_000);
          mark();
        });
        expectWithin(outcome, limit);
        const [from, to, end] = marks as [number, number, number];
        const between = (start: number, stop: number) =>
          outcome.admitted.filter((at) => at >= start && at < stop).length;
        // Neither blocked nor unlimited: each goes on with its share, and comes back to the whole.
        expect(between(from + 2_500, to)).toBeGreaterThan(0);
        expect(between(to + 3_500, end)).toBeGreaterThan(0);
        for (const { changes } of outcome.reports) expect(changes.slice(0, 2)).toEqual(["failed", "back"]);
        expect(outcome.reports.flatMap(({ refused }) => refused)).toEqual([]);
      } finally {
        proxy.close();
      }
    },
  );
});

await describeWith("Postgres", "processes over one Postgres", (port) => {
  test.each(isLong ? rows : rows.slice(0, 1))(
    "$processes stay within $limit.capacity in $limit.per ms ($limit.kind)",
    patient,
    async (row) => {
      const { processes, limit, seconds } = row;
      const scope = `${runId}${limit.kind}`.toLowerCase();
      const { query, close } = await postgresClient(port, scope);
      try {
        await query(`create schema ${scope}`, []);
        await query(postgresSchema, []);
        const job: Job = { store: "Postgres", port, scope, limit, strict: false, callers: 30 };
        const outcome = await runProcesses(processes, job, () => sleep(seconds * 1_000));
        process.stderr.write(
          `${processes} processes, ${limit.kind} ${limit.capacity}/${limit.per}: ${told(outcome, limit)}\n`,
        );
        expectWithin(outcome, limit);
        expect(outcome.reports.flatMap(({ refused }) => refused)).toEqual([]);
      } finally {
        await query(`drop schema if exists ${scope} cascade`, []);
        await close();
      }
    },
  );
});
