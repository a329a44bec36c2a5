import type { SafeRateStore } from "../rate-store.ts";
import type { RateAnswer, RateAsk, RateBackend } from "../shared/rate-backend.ts";
import { readNumber } from "../shared/read-answer.ts";
import { type SharedRateOptions, sharedRateStore } from "../shared/shared-rate-store.ts";
import { type PostgresQuery, rowsOf } from "./postgres-query.ts";

/**
 * Rate limits in Postgres 12 or newer, over any client, in the tables of `postgresSchema`. While Postgres fails or is
 * silent each process keeps to its share of every limit. Not inside of a transaction: others would wait for its end.
 */
export function postgresRateStore(query: PostgresQuery, options: SharedRateOptions = {}): SafeRateStore {
  return sharedRateStore("The Postgres rate store", new PostgresRates(query), options);
}

const TAKE =
  "select granted, wait, slot, units_left from couplet_take($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";

/** Announces a process, forgets those that were silent for ten minutes and some partitions that are long idle, counts. */
const JOIN = `
with gone as (delete from couplet_processes where seen_at < clock_timestamp() - interval '10 minutes'),
idle as (delete from couplet_rates where key in (
  select key from couplet_rates where idle_at < extract(epoch from clock_timestamp()) * 1000 - 60000
  limit 1000 for update skip locked)),
here as (insert into couplet_processes (id, seen_at) values ($1, clock_timestamp())
  on conflict (id) do update set seen_at = excluded.seen_at)
select count(*) + 1 as processes from couplet_processes where id <> $1 and seen_at >= clock_timestamp() - interval '10 minutes'`;

/** One statement a request. */
export class PostgresRates implements RateBackend {
  readonly #query: PostgresQuery;

  constructor(query: PostgresQuery) {
    this.#query = query;
  }

  async ask(key: string, ask: RateAsk): Promise<RateAnswer> {
    const { algorithm, capacity, per, refill, units, hold, horizon, back, used, told, spent } = ask;
    const [row] = await rowsOf(this.#query, TAKE, [
      ...[key, algorithm === "bucket", capacity, per, refill, units, hold, horizon, back?.units ?? 0],
      ...[
        Number(back?.slot ?? 0),
        told?.remaining ?? null,
        told?.limit ?? null,
        told?.reset ?? null,
        told?.pause ?? null,
        spent,
      ],
      ...[used?.units ?? 0, Number(used?.slot ?? 0), used?.ago ?? 0],
    ]);
    return {
      granted: readNumber(row?.["granted"]),
      wait: readNumber(row?.["wait"]),
      slot: String(readNumber(row?.["slot"])),
      left: readNumber(row?.["units_left"]),
    };
  }

  async join(member: string): Promise<number> {
    const [row] = await rowsOf(this.#query, JOIN, [member]);
    return readNumber(row?.["processes"]);
  }
}
