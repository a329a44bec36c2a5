/** State in Redis that several processes share: `@couplet/runtime/redis`. */
export type { BreakerStore, SharedBreakerStore } from "./stores/breaker-store.ts";
export { redisBreakerStore } from "./stores/redis/redis-breaker-store.ts";
export type { RedisCommand } from "./stores/redis/redis-command.ts";
export { type RedisOptions, redisRateStore } from "./stores/redis/redis-rate-store.ts";
export { redisTokenStore } from "./stores/redis/redis-token-store.ts";
export type { SharedRateOptions } from "./stores/shared/shared-rate-store.ts";
export { StoreFailure } from "./stores/shared/store-failure.ts";
export type { SharedTokenOptions } from "./stores/shared/token-options.ts";
