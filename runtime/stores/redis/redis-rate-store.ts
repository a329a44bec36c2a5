import type { SafeRateStore } from "../rate-store.ts";
import type { RateAnswer, RateAsk, RateBackend } from "../shared/rate-backend.ts";
import { readNumber } from "../shared/read-answer.ts";
import { type SharedRateOptions, sharedRateStore } from "../shared/shared-rate-store.ts";
import { StoreFailure } from "../shared/store-failure.ts";
import { joinScript, rateScript } from "./rate-script.ts";
import { type RedisCommand, RedisScript } from "./redis-command.ts";

/** Options of what is kept in Redis. */
export interface RedisOptions {
  /** Begins every key; `couplet` when absent. Processes that share state have the same. */
  readonly prefix?: string;
}

/**
 * Rate limits in Redis 5 or newer, or what speaks like it, over any client. While Redis fails or is silent each process
 * keeps to its share of every limit.
 */
export function redisRateStore(send: RedisCommand, options: SharedRateOptions & RedisOptions = {}): SafeRateStore {
  return sharedRateStore("The Redis rate store", new RedisRates(send, options.prefix ?? "couplet"), options);
}

/** One script a request. */
export class RedisRates implements RateBackend {
  readonly #send: RedisCommand;
  readonly #prefix: string;
  readonly #rate = new RedisScript(rateScript);
  readonly #join = new RedisScript(joinScript);

  constructor(send: RedisCommand, prefix: string) {
    this.#send = send;
    this.#prefix = prefix;
  }

  async ask(key: string, ask: RateAsk): Promise<RateAnswer> {
    const { algorithm, capacity, per, refill, units, hold, horizon, back, used, told, spent } = ask;
    const answer = await this.#rate.run(this.#send, `${this.#prefix}:rate:{${key}}`, [
      ...[algorithm, capacity, per, refill, units, hold, horizon, back?.units ?? 0, back?.slot ?? 0],
      ...[told?.remaining ?? "", told?.limit ?? "", told?.reset ?? "", told?.pause ?? "", spent],
      ...[used?.units ?? 0, used?.slot ?? 0, used?.ago ?? 0],
    ]);
    if (!Array.isArray(answer))
      throw new StoreFailure(`Redis answered with ${typeof answer} where a list was expected.`);
    const [granted, wait, slot, left] = answer as unknown[];
    return { granted: readNumber(granted), wait: readNumber(wait), slot: String(slot), left: readNumber(left) };
  }

  async join(member: string): Promise<number> {
    return readNumber(await this.#join.run(this.#send, `${this.#prefix}:processes`, [member]));
  }
}
