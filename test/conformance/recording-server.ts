import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it came out of the socket. */
export interface Arrival {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Milliseconds on a clock that only runs forward. */
  readonly at: number;
}

/** What the server does with one request: an answer, or a connection that is cut. */
export type Reply =
  | "reset"
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: unknown };

export interface RecordingServer {
  readonly url: string;
  /** Everything that arrived since the last `script`. */
  readonly arrivals: readonly Arrival[];
  /** Forgets what arrived, and answers the next requests in this order; one more than these fails. */
  script(...replies: readonly Reply[]): void;
  close(): Promise<void>;
}

/** An HTTP server on a loopback port that answers by a script. */
export async function startRecordingServer(): Promise<RecordingServer> {
  let arrivals: Arrival[] = [];
  let replies: Reply[] = [];
  const server = createServer(async (request, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    arrivals.push({ method, target: url, headers, body: Buffer.concat(chunks).toString(), at });
    answer(request, response, replies.shift() ?? { status: 500, body: { error: { message: "the script has ended" } } });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get arrivals() {
      return arrivals;
    },
    script(...next) {
      arrivals = [];
      replies = [...next];
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if (reply === "reset") {
    request.socket.destroy();
    return;
  }
  response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
  response.end(JSON.stringify(reply.body));
}
