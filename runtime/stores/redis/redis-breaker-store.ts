import { sharedBreakers } from "../../shared-circuits.ts";
import type { SharedBreakerStore } from "../breaker-store.ts";
import { readNumber } from "../shared/read-answer.ts";
import { type RedisCommand, RedisScript } from "./redis-command.ts";
import type { RedisOptions } from "./redis-rate-store.ts";

const publishScript = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
return 1
`;

/** Openings of circuit breakers in Redis 5 or newer, each a key that ends by itself. */
export function redisBreakerStore(send: RedisCommand, { prefix = "couplet" }: RedisOptions = {}): SharedBreakerStore {
  const script = new RedisScript(publishScript);
  const name = (key: string): string => `${prefix}:breaker:{${key}}`;
  return sharedBreakers({
    // Below 0 when there is no such key.
    heldFor: async (key) => Math.max(0, readNumber(await send(["PTTL", name(key)]))),
    async publish(key, openFor) {
      await script.run(send, name(key), [Math.ceil(openFor)]);
    },
  });
}
