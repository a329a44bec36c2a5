/** The databases that tests of shared stores need, on their usual loopback ports. */
import { connect } from "node:net";
import { describe, test } from "vitest";

export const services = {
  Redis: { port: 6379, variable: "COUPLET_TEST_REDIS_PORT" },
  Postgres: { port: 5432, variable: "COUPLET_TEST_POSTGRES_PORT" },
} as const;

export type Service = keyof typeof services;

/** Begins everything that one run writes into a database. */
export const runId: string = `coupletTest${process.pid}x${Date.now().toString(36)}`;

function portOf(service: Service): number {
  const { port, variable } = services[service];
  return Number(process.env[variable] ?? port);
}

function isThere(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: 2_000 });
    const end = (there: boolean) => {
      socket.destroy();
      resolve(there);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}

/**
 * A suite that needs a database. Without it the suite is skipped, and a line says so; with COUPLET_REQUIRE_SERVICES=1
 * it fails instead.
 */
export async function describeWith(service: Service, name: string, suite: (port: number) => void): Promise<void> {
  const port = portOf(service);
  if (await isThere(port)) {
    describe(name, () => suite(port));
    return;
  }
  const problem = `${service} does not answer on 127.0.0.1:${port}`;
  if (process.env["COUPLET_REQUIRE_SERVICES"] === "1") {
    test(name, () => {
      throw new Error(
        `${problem}. Start it, name its port in ${services[service].variable}, or unset COUPLET_REQUIRE_SERVICES.`,
      );
    });
    return;
  }
  process.stderr.write(`SKIPPED ${name}: ${problem}.\n`);
  describe.skip(name, () => test(problem, () => {}));
}
