/** State in Postgres that several processes share: `@couplet/runtime/postgres`. */
export type { BreakerStore, SharedBreakerStore } from "./stores/breaker-store.ts";
export { postgresBreakerStore } from "./stores/postgres/postgres-breaker-store.ts";
export type { PostgresQuery } from "./stores/postgres/postgres-query.ts";
export { postgresRateStore } from "./stores/postgres/postgres-rate-store.ts";
export { postgresTokenStore } from "./stores/postgres/postgres-token-store.ts";
export { postgresSchema } from "./stores/postgres/schema.ts";
export type { SharedRateOptions } from "./stores/shared/shared-rate-store.ts";
export { StoreFailure } from "./stores/shared/store-failure.ts";
export type { SharedTokenOptions } from "./stores/shared/token-options.ts";
