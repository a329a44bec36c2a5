import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface TokenCall {
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
}
export interface TokenServer {
  readonly url: string;
  readonly calls: TokenCall[];
  /** Replaces the answer; it gets the number of the call, from 1. */
  answer(reply: (call: TokenCall, count: number, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/** A token endpoint and, on every other path, an API that takes only the newest token. */
export async function startTokenServer(): Promise<TokenServer> {
  const calls: TokenCall[] = [];
  let reply: (call: TokenCall, count: number, response: ServerResponse) => void = (_, count, response) =>
    send(response, 200, { access_token: `token-${count}`, expires_in: 3600, token_type: "Bearer" });
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.url !== "/token") {
      const wanted = `Bearer token-${calls.length}`;
      send(response, request.headers.authorization === wanted ? 200 : 401, {});
      return;
    }
    const call = { form: new URLSearchParams(body), headers: request.headers };
    calls.push(call);
    reply(call, calls.length, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answer(next) {
      reply = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
