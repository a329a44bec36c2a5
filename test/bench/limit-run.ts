/** Calls as many as wait against a server that counts: what it saw, and how much of the limit was used. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Connector, OperationDescriptor, RateLimit } from "../../runtime/descriptor.ts";
import { type Connection, connect, createConnection } from "../../runtime/index.ts";
import { rateLimits } from "../../runtime/rate-limits.ts";
import type { Figures, Seen } from "./counting-server.ts";

export interface Run {
  readonly limit: RateLimit;
  /** Milliseconds that a call is under way at most. */
  readonly way: number;
  readonly seconds: number;
  /** Calls that are wanted at any time. */
  readonly callers: number;
}

export interface Outcome extends Seen {
  /** Of what a client without any way to go could have sent: its windows full from the first moment to the last. */
  readonly utilisation: number;
}

export interface CountingServer {
  run(run: Run): Promise<Outcome>;
  stop(): void;
}

export async function startCountingServer(): Promise<CountingServer> {
  const child = fork(new URL("./counting-server.ts", import.meta.url), { execArgv: ["--conditions=@couplet/source"] });
  const answer = async <T>(): Promise<T> => (await once(child, "message"))[0] as T;
  const { port } = await answer<{ port: number }>();
  return {
    async run({ limit, way, seconds, callers }) {
      const client = clientOf(limit, port);
      await client.warmUp(callers);
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const ready = answer();
      child.send({ capacity: limit.capacity, per: limit.per, way } satisfies Figures);
      await ready;
      const stop = new AbortController();
      const ended = client.callAll(callers, stop.signal);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      const told = answer<Seen>();
      child.send("tell");
      const seen = await told;
      stop.abort();
      await ended;
      const windows = Math.ceil((seconds * 1_000) / limit.per);
      const stall = Math.max(seen.stall, delay.max / 1e6);
      return { ...seen, stall, utilisation: seen.arrived / (windows * limit.capacity) };
    },
    stop: () => child.disconnect(),
  };
}

interface Client {
  /** Opens connections and runs all code once: what is measured is the limit, not the start of a process. */
  warmUp(callers: number): Promise<void>;
  callAll(callers: number, signal: AbortSignal): Promise<void>;
}

function clientOf(limit: RateLimit, port: number): Client {
  const connector: Connector = {
    provider: "counted",
    version: "1",
    servers: [{ name: "live", url: "https://counted.example" }],
    serverVariables: {},
    credentials: {},
    auth: {},
    rateLimits: { account: limit },
    limits: rateLimits,
    redact: { headers: [], query: [] },
  };
  const ping: OperationDescriptor = {
    id: "pings.send",
    connector,
    policy: {
      timeouts: { attempt: 10_000, deadline: 600_000 },
      retry: {
        maxAttempts: 1,
        on: [],
        backoff: { strategy: "constant", initial: 1, multiplier: 1, max: 1, jitter: "none", throttled: 1 },
        budget: { capacity: 1, retryCost: 1, timeoutCost: 1, tenantCapacity: 1 },
        retryAfter: [],
        maxRetryAfter: 0,
      },
      idempotency: { class: "safe" },
      limitedBy: ["account"],
      errors: [],
      validation: { request: "none", response: "none" },
      maxResponse: 1_000,
    },
    method: "GET",
    path: "/",
    responses: { "200": "json" },
  };
  const connection: Connection = createConnection(connector, { baseUrl: `http://127.0.0.1:${port}` });
  const free: OperationDescriptor = { ...ping, id: "pings.free", policy: { ...ping.policy, limitedBy: [] } };
  const { pings } = connect(connection, { pings: { send: ping, free } });
  type Send = (input: object, options: { signal?: AbortSignal; tenant: string }) => Promise<unknown>;
  const { send, free: sendFreely } = pings as unknown as Record<"send" | "free", Send>;
  const caller = async (tenant: string, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted)
      await send({}, { signal, tenant }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
  };
  return {
    async warmUp(callers) {
      for (let round = 0; round < 5; round++)
        await Promise.all(Array.from({ length: callers }, () => sendFreely({}, { tenant: "warm" })));
    },
    async callAll(callers, signal) {
      await Promise.all(Array.from({ length: callers }, (_, index) => caller(`t${index % 5}`, signal)));
    },
  };
}
