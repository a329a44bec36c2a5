/** Clients of real databases as the stores take them, each with what a test needs to clean up after itself. */
import { Redis } from "ioredis";
import pg from "pg";
import { createClient } from "redis";
import type { PostgresQuery } from "../../../runtime/postgres.ts";
import type { RedisCommand } from "../../../runtime/redis.ts";

export interface RedisClient {
  readonly send: RedisCommand;
  close(): Promise<void>;
}

export async function ioredisClient(port: number): Promise<RedisClient> {
  const client = new Redis({ host: "127.0.0.1", port, enableOfflineQueue: false, lazyConnect: true });
  client.on("error", () => {});
  await client.connect();
  return {
    send: ([name, ...args]) => client.call(name, ...args),
    async close() {
      client.disconnect();
    },
  };
}

export async function nodeRedisClient(port: number): Promise<RedisClient> {
  const client = createClient({ socket: { host: "127.0.0.1", port } });
  client.on("error", () => {});
  await client.connect();
  return {
    send: (command) => client.sendCommand(command),
    async close() {
      client.destroy();
    },
  };
}

export async function removeKeys(send: RedisCommand, prefix: string): Promise<void> {
  const keys = (await send(["KEYS", `${prefix}:*`])) as string[];
  if (keys.length > 0) await send(["DEL", ...keys]);
}

export interface PostgresClient {
  readonly query: PostgresQuery;
  close(): Promise<void>;
}

/** Everything happens in a schema of its own. */
export async function postgresClient(port: number, schema: string): Promise<PostgresClient> {
  const place = {
    host: "127.0.0.1",
    port,
    user: "postgres",
    database: process.env["COUPLET_TEST_POSTGRES_DATABASE"] ?? "test",
  };
  const pool = new pg.Pool({ ...place, max: 4, options: `-c search_path=${schema}` });
  pool.on("error", () => {});
  return {
    query: (text, params) => pool.query(text, params),
    close: () => pool.end(),
  };
}
