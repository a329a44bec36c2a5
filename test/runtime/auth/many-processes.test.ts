import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { runs } from "../../runs.ts";
import { send } from "../token-server.ts";
import { serveStore } from "./shared-store.ts";

/** 16 processes and 2,000 cycles with `npm run test:long`. */
const PROCESSES = process.env["COUPLET_LONG"] ? 16 : 4;
const CYCLES = runs(40);
const LIFETIME = 60;

let server: Server;
let children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children) child.kill();
  children = [];
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

/** A provider whose refresh tokens work once: an old one that comes back ends the whole family. */
class RotatingProvider {
  generation = 0;
  refreshes = 0;
  kills = 0;
  refused = 0;
  /** Access tokens up to this one were revoked. */
  revoked = 0;

  refresh(used: string | null): { status: number; body: object } {
    this.refreshes++;
    if (used !== `refresh-${this.generation}` || this.kills > 0) {
      this.kills++;
      return { status: 400, body: { error: "invalid_grant" } };
    }
    this.generation++;
    const body = { access_token: `token-${this.generation}`, refresh_token: `refresh-${this.generation}` };
    return { status: 200, body: { ...body, expires_in: LIFETIME } };
  }

  call(authorization: string | undefined): number {
    const good = authorization === `Bearer token-${this.generation}` && this.generation > this.revoked;
    if (!good) this.refused++;
    return good ? 200 : 401;
  }
}

test(`${PROCESSES} processes share single-use refresh tokens over ${CYCLES} cycles: no family is ended`, async () => {
  const provider = new RotatingProvider();
  const store = serveStore();
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.url!.startsWith("/store/")) return send(response, 200, await store(request, body));
    if (request.url !== "/token") return send(response, provider.call(request.headers.authorization), {});
    const { status, body: answer } = provider.refresh(new URLSearchParams(body).get("refresh_token"));
    // Others look at the store meanwhile.
    setTimeout(() => send(response, status, answer), 2);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = fileURLToPath(new URL("refreshing-process.ts", import.meta.url));
  children = Array.from({ length: PROCESSES }, () =>
    fork(file, [base], { execArgv: ["--conditions=@couplet/source"] }),
  );
  await Promise.all(children.map((child) => once(child, "message")));

  let now = Date.UTC(2026, 10, 22);
  for (let cycle = 1; cycle <= CYCLES; cycle++) {
    // By turns the token ends, and the provider revokes it early.
    if (cycle % 2 === 1) now += LIFETIME * 1_000;
    else provider.revoked = provider.generation;
    const answers = await Promise.all(
      children.map((child) => {
        child.send(now);
        return once(child, "message");
      }),
    );
    expect(answers.flatMap(([failed]) => failed)).toEqual([]);
    expect([cycle, provider.refreshes, provider.kills]).toEqual([cycle, cycle, 0]);
  }
  // The revoked half of the cycles was really met by refusals.
  expect(provider.refused).toBeGreaterThanOrEqual(Math.floor(CYCLES / 2));
}, 1_200_000);
