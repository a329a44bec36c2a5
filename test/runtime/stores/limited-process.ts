/**
 * One of several processes that share a limit: as many calls as may wait at once, from "go" to "stop", through the
 * limits of a real client. Tells the moments of all admissions on the machine's clock, and what it asked the store.
 */

import { systemClock } from "../../../runtime/clock.ts";
import { postgresRateStore } from "../../../runtime/postgres.ts";
import { redisRateStore } from "../../../runtime/redis.ts";
import type { SafeRateStore } from "../../../runtime/stores/rate-store.ts";
import { bucket, connectorOf, exchangeOf, operationOf, policyOf, windowOf } from "../policy-fixture.ts";
import { ioredisClient, postgresClient } from "./clients.ts";

export interface Job {
  readonly store: "Redis" | "Postgres";
  readonly port: number;
  /** Key prefix, or schema. */
  readonly scope: string;
  readonly limit: { readonly kind: "bucket" | "window"; readonly capacity: number; readonly per: number };
  readonly strict: boolean;
  readonly callers: number;
}

export interface Report {
  /** Milliseconds of a clock that all processes of the machine share. */
  readonly admitted: readonly number[];
  readonly asked: number;
  readonly changes: readonly string[];
  readonly refused: readonly string[];
}

const machineNow = (): number => Number(process.hrtime.bigint()) / 1e6;

async function work(job: Job): Promise<void> {
  let asked = 0;
  const changes: string[] = [];
  const refused: string[] = [];
  const admitted: number[] = [];
  const options = { strict: job.strict, onChange: (state: string) => changes.push(state) };
  let rateStore: SafeRateStore;
  if (job.store === "Redis") {
    const { send } = await ioredisClient(job.port);
    const counted = (command: Parameters<typeof send>[0]) => {
      asked += 1;
      return send(command);
    };
    rateStore = redisRateStore(counted, { prefix: job.scope, ...options });
  } else {
    const { query } = await postgresClient(job.port, job.scope);
    const counted = (text: string, params: unknown[]) => {
      asked += 1;
      return query(text, params);
    };
    rateStore = postgresRateStore(counted, options);
  }
  const { kind, capacity, per } = job.limit;
  const limit = kind === "window" ? windowOf(capacity, per) : bucket(capacity, capacity, per);
  const connector = connectorOf({ rateLimits: { account: limit } });
  const operation = operationOf(connector, policyOf({ limitedBy: ["account"] }));
  const limits = connector.limits!(connector, { clock: systemClock, rateStore });
  let runs = true;
  const controller = new AbortController();
  const call = async () => {
    while (runs) {
      try {
        const caller = { credential: "c1", tenant: undefined, priority: "normal" } as const;
        const wait = { signal: controller.signal, deadlineAt: systemClock.mono() + 10 * Math.max(60_000, per) };
        const permit = await limits.admit(operation, caller, wait);
        admitted.push(machineNow());
        permit.settle(exchangeOf({}));
      } catch (error) {
        if (runs) refused.push(String(error));
      }
    }
  };
  process.once("message", () => {
    for (let caller = 0; caller < job.callers; caller++) call();
    process.once("message", () => {
      runs = false;
      controller.abort();
      process.send?.({ admitted, asked, changes, refused } satisfies Report, () => process.exit(0));
    });
  });
  process.send?.("ready");
}

work(JSON.parse(process.argv[2] ?? "{}"));
