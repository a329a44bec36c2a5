import { type Clock, systemClock } from "../../clock.ts";
import { answerWithin } from "../shared/answer-within.ts";
import { readNumber } from "../shared/read-answer.ts";
import type { SharedTokenOptions } from "../shared/token-options.ts";
import { readToken, writeToken } from "../shared/token-text.ts";
import type { Lease, StoredToken, TokenStore } from "../token-store.ts";
import { type RedisCommand, RedisScript } from "./redis-command.ts";
import type { RedisOptions } from "./redis-rate-store.ts";
import { lockScript, readScript, releaseScript, replaceScript } from "./token-scripts.ts";

/**
 * OAuth tokens in Redis, as plain text: who reads the database has them. Redis must not evict keys and should write its
 * log always, or single-use refresh tokens can be lost. Every method rejects with a StoreFailure when Redis fails or is silent.
 */
export function redisTokenStore(send: RedisCommand, options: SharedTokenOptions & RedisOptions = {}): TokenStore {
  return new RedisTokenStore(send, options);
}

class RedisTokenStore implements TokenStore {
  readonly #send: RedisCommand;
  readonly #prefix: string;
  readonly #timeout: number;
  readonly #clock: Clock;
  readonly #read = new RedisScript(readScript);
  readonly #replace = new RedisScript(replaceScript);
  readonly #lock = new RedisScript(lockScript);
  readonly #release = new RedisScript(releaseScript);

  constructor(send: RedisCommand, options: SharedTokenOptions & RedisOptions) {
    this.#send = send;
    this.#prefix = options.prefix ?? "couplet";
    this.#timeout = options.timeout ?? 2_000;
    this.#clock = options.clock ?? systemClock;
  }

  async get(key: string): Promise<StoredToken | undefined> {
    const answer = await this.#run(this.#read, "token", key, []);
    if (!Array.isArray(answer)) return undefined;
    return readToken(answer[1], readNumber(answer[0]));
  }

  async replace(key: string, expected: number, next: StoredToken): Promise<boolean> {
    return readNumber(await this.#run(this.#replace, "token", key, [expected, next.version, writeToken(next)])) === 1;
  }

  async lock(key: string, ttl: number): Promise<Lease | undefined> {
    const fence = readNumber(await this.#run(this.#lock, "lock", key, [Math.ceil(ttl)]));
    if (fence === 0) return undefined;
    return {
      fence,
      release: async () => {
        await this.#run(this.#release, "lock", key, [fence]);
      },
    };
  }

  #run(script: RedisScript, kind: "token" | "lock", key: string, args: readonly (string | number)[]): Promise<unknown> {
    const name = `${this.#prefix}:${kind}:{${key}}`;
    const run = () => script.run(this.#send, name, args);
    return answerWithin(this.#clock, this.#timeout, "The Redis token store", run);
  }
}
