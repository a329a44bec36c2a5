import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  /** Path and query, raw. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  readonly bytes: Buffer;
}

export interface Loopback {
  readonly base: string;
  readonly arrived: Arrived[];
  /** Answers the next requests in turn; the last one stays. */
  answer(...handlers: Answer[]): void;
  close(): Promise<void>;
}

export type Answer = (response: ServerResponse, request: Arrived) => void;

/** A real HTTP server on the loopback address that records what arrives. */
export async function startLoopback(): Promise<Loopback> {
  const arrived: Arrived[] = [];
  let script: Answer[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("error", () => {});
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks);
      const record = {
        method: request.method!,
        url: request.url!,
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: bytes.toString(),
        bytes,
      };
      arrived.push(record);
      const handler = script.length > 1 ? script.shift()! : script[0];
      if (handler === undefined) response.writeHead(501).end();
      else handler(response, record);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    answer(...handlers) {
      arrived.length = 0;
      script = handlers;
    },
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}
