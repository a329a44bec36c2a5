import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";

/** Writes an answer, or does worse, once the whole request has come. */
export type RawAnswer = (socket: Socket, request: string) => void;

export interface RawServer {
  readonly base: string;
  /** Requests as they came, in Latin-1. */
  readonly requests: string[];
  /** Connections that are open. */
  readonly open: ReadonlySet<Socket>;
  /** The one on which bytes came last. */
  served: Socket | undefined;
  /** How many were ever opened. */
  connections: number;
  answer: RawAnswer;
  close(): Promise<void>;
}

/** A server that says byte for byte what it is told to, on a loopback socket. */
export async function startRawServer(): Promise<RawServer> {
  const open = new Set<Socket>();
  const raw: RawServer = {
    base: "",
    requests: [],
    open,
    served: undefined,
    connections: 0,
    answer: (socket) => socket.end(),
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((done) => server.close(() => done()));
    },
  };
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    raw.connections += 1;
    socket.on("close", () => open.delete(socket));
    // Clients that give up reset the connection.
    socket.on("error", () => {});
    let text = "";
    socket.on("data", (chunk) => {
      raw.served = socket;
      text += chunk.toString("latin1");
      const request = wholeRequest(text);
      if (request === undefined) return;
      text = text.slice(request.length);
      raw.requests.push(request);
      raw.answer(socket, request);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return Object.assign(raw, { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function wholeRequest(text: string): string | undefined {
  const head = text.indexOf("\r\n\r\n") + 4;
  if (head < 4) return undefined;
  const length = /^content-length: (\d+)\r$/im.exec(text.slice(0, head))?.[1];
  if (length !== undefined) {
    const end = head + Number(length);
    return text.length < end ? undefined : text.slice(0, end);
  }
  if (!/^transfer-encoding: chunked\r$/im.test(text.slice(0, head))) return text.slice(0, head);
  const last = text.indexOf("0\r\n\r\n", head);
  return last === -1 ? undefined : text.slice(0, last + 5);
}
