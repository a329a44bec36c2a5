import { sharedBreakers } from "../../shared-circuits.ts";
import type { SharedBreakerStore } from "../breaker-store.ts";
import { readNumber } from "../shared/read-answer.ts";
import { type PostgresQuery, rowsOf } from "./postgres-query.ts";

const PUBLISH = `
with gone as (delete from couplet_breakers where open_until < clock_timestamp() - interval '1 hour' and key <> $1)
insert into couplet_breakers (key, open_until) values ($1, clock_timestamp() + $2 * interval '1 millisecond')
  on conflict (key) do update set open_until = greatest(couplet_breakers.open_until, excluded.open_until)`;

const HELD = `
select greatest(0, extract(epoch from open_until - clock_timestamp()) * 1000)::float8 as held
  from couplet_breakers where key = $1`;

/** Openings of circuit breakers in Postgres 12 or newer, in the tables of `postgresSchema`. */
export function postgresBreakerStore(query: PostgresQuery): SharedBreakerStore {
  return sharedBreakers({
    async heldFor(key) {
      const [row] = await rowsOf(query, HELD, [key]);
      return row === undefined ? 0 : readNumber(row["held"]);
    },
    async publish(key, openFor) {
      await rowsOf(query, PUBLISH, [key, openFor]);
    },
  });
}
