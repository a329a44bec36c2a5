import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export interface PlatformServer {
  readonly base: string;
  /** What the page reports. */
  readonly report: Promise<{ passed: number; failed: string[] }>;
  close(): Promise<void>;
}

interface Seen {
  readonly key: string | undefined;
  readonly body: string;
}

const page = `<!doctype html><meta charset="utf-8"><title>platform</title><script type="module">
const say = (result) => fetch("/report", { method: "POST", body: JSON.stringify(result) });
try {
  const { runPlatformCases } = await import("/modules/test/conformance/platform-cases.js");
  await say(await runPlatformCases(location.origin, true));
} catch (error) {
  await say({ passed: 0, failed: [String(error)] });
}
</script>`;

/** Serves the modules below `folder`, a page that runs the cases, and the API that they call. */
export async function startPlatformServer(folder: string): Promise<PlatformServer> {
  const seen = new Map<string, Seen[]>();
  let tell: (result: { passed: number; failed: string[] }) => void = () => {};
  const report = new Promise<{ passed: number; failed: string[] }>((resolve) => {
    tell = resolve;
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    request.on("error", () => {});
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname === "/") send(response, 200, page, "text/html");
    else if (url.pathname === "/report") {
      send(response, 204, "");
      tell(JSON.parse(body));
    } else if (url.pathname.startsWith("/modules/")) {
      const text = await readFile(join(folder, url.pathname.slice("/modules/".length))).catch(() => undefined);
      send(response, text === undefined ? 404 : 200, text ?? "", "text/javascript");
    } else answer(request, response, url, body, seen);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    report,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
  seen: Map<string, Seen[]>,
): void {
  const { method, headers } = request;
  const run = `${url.pathname} ${url.searchParams.get("run")}`;
  const before = seen.get(run) ?? [];
  const all = [...before, { key: headers["idempotency-key"] as string | undefined, body }];
  seen.set(run, all);
  const json = (status: number, value: unknown, more: Record<string, string> = {}) =>
    send(response, status, JSON.stringify(value), "application/json", more);
  switch (url.pathname) {
    case "/oauth/token":
      json(200, { access_token: `token-${all.length}`, expires_in: 3_600 });
      return;
    case "/api/echo":
      json(200, { method, headers, body });
      return;
    case "/api/flaky":
      if (all.length < 3) json(503, {});
      else json(200, all);
      return;
    case "/api/cut":
      if (all.length > 1) json(200, { id: "whole" });
      else {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
        response.write('{"id":', () => setTimeout(() => response.destroy(), 20));
      }
      return;
    case "/api/hang":
      return;
    case "/api/near":
      response.writeHead(302, { location: "/api/echo" }).end();
      return;
    case "/api/far":
      response.writeHead(302, { location: "http://localhost:9/" }).end();
      return;
    case "/api/large":
      json(200, "x".repeat(200_000));
      return;
    case "/api/integer":
      send(response, 200, '{"id":9007199254740993}', "application/json");
      return;
    case "/api/busy":
      if (all.length < 2) json(429, {}, { "retry-after": "1" });
      else json(200, {});
      return;
    case "/api/pages": {
      const at = Number(url.searchParams.get("cursor") ?? 1);
      json(200, { items: [at, at + 1], next: at >= 5 ? null : String(at + 2) });
      return;
    }
    case "/api/events":
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const n of [1, 2, 3]) setTimeout(() => response.write(`data: {"n":${n}}\n\n`), 10 * n);
      setTimeout(() => response.end(), 50);
      return;
    default:
      json(404, {});
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  type: string = "text/plain",
  more: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": type, ...more }).end(body);
}
