import { type Clock, systemClock } from "../../clock.ts";
import { answerWithin } from "../shared/answer-within.ts";
import { readNumber } from "../shared/read-answer.ts";
import type { SharedTokenOptions } from "../shared/token-options.ts";
import { readToken, writeToken } from "../shared/token-text.ts";
import type { Lease, StoredToken, TokenStore } from "../token-store.ts";
import { type PostgresQuery, type Row, rowsOf } from "./postgres-query.ts";

/**
 * OAuth tokens in Postgres, as plain text: who reads the table has them. Every method rejects with a StoreFailure when
 * Postgres fails or is silent.
 */
export function postgresTokenStore(query: PostgresQuery, options: SharedTokenOptions = {}): TokenStore {
  return new PostgresTokenStore(query, options);
}

const READ = "select version, token from couplet_tokens where key = $1 and token is not null";

const REPLACE = `update couplet_tokens set version = $3, token = $4 where key = $1 and version = $2 returning key`;

/** A key that is only locked has version 0. */
const CREATE = `
insert into couplet_tokens as known (key, version, token) values ($1, $3, $4)
on conflict (key) do update set version = excluded.version, token = excluded.token where known.version = $2 returning key`;

const LOCK = `
insert into couplet_tokens as known (key, fence, locked_until)
values ($1, 1, clock_timestamp() + $2 * interval '1 millisecond')
on conflict (key) do update set fence = known.fence + 1, locked_until = clock_timestamp() + $2 * interval '1 millisecond'
where known.locked_until is null or known.locked_until <= clock_timestamp() returning fence`;

const RELEASE = "update couplet_tokens set locked_until = null where key = $1 and fence = $2";

class PostgresTokenStore implements TokenStore {
  readonly #query: PostgresQuery;
  readonly #timeout: number;
  readonly #clock: Clock;

  constructor(query: PostgresQuery, options: SharedTokenOptions) {
    this.#query = query;
    this.#timeout = options.timeout ?? 2_000;
    this.#clock = options.clock ?? systemClock;
  }

  async get(key: string): Promise<StoredToken | undefined> {
    const [row] = await this.#rows(READ, [key]);
    return row && readToken(row["token"], readNumber(row["version"]));
  }

  async replace(key: string, expected: number, next: StoredToken): Promise<boolean> {
    const statement = expected === 0 ? CREATE : REPLACE;
    return (await this.#rows(statement, [key, expected, next.version, writeToken(next)])).length === 1;
  }

  async lock(key: string, ttl: number): Promise<Lease | undefined> {
    const [row] = await this.#rows(LOCK, [key, ttl]);
    if (row === undefined) return undefined;
    const fence = readNumber(row["fence"]);
    return {
      fence,
      release: async () => {
        await this.#rows(RELEASE, [key, fence]);
      },
    };
  }

  #rows(text: string, params: unknown[]): Promise<readonly Row[]> {
    const ask = () => rowsOf(this.#query, text, params);
    return answerWithin(this.#clock, this.#timeout, "The Postgres token store", ask);
  }
}
