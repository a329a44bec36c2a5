import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ActRecord } from "./ledger.ts";

/** What the provider says afterwards. */
export interface LedgerReport {
  readonly mismatches: number;
  readonly tokenRequests: number;
  readonly acts: Readonly<Record<string, ActRecord>>;
}

export interface ChaosServer {
  readonly url: string;
  /** Waits for late effects. */
  ledger(): Promise<LedgerReport>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly seed: number;
  /** How many times faster than the clock on the wall. */
  readonly speed: number;
}

/** Starts the misbehaving provider in its own process. */
export async function startServer(options: ServerOptions): Promise<ChaosServer> {
  const script = fileURLToPath(new URL("server.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ["ignore", "pipe", "inherit"] });
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return {
    url,
    async ledger() {
      const response = await fetch(`${url}/ledger`);
      return (await response.json()) as LedgerReport;
    },
    async stop() {
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}
