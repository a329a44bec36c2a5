import type { ServerResponse } from "node:http";
import type { Fault } from "./fault-plan.ts";

/** Milliseconds in which a slow body comes. */
const SLOW = 200;
const DRIP = 50;

/** Sends a success in the way that a fault of the answer wants; without one, as it should be. */
export function sendAnswer(
  response: ServerResponse,
  body: string,
  headers: Readonly<Record<string, string>>,
  fault: Fault | undefined,
): void {
  const type = { "content-type": "application/json", ...headers };
  const head = (length: number) => response.writeHead(200, { ...type, "content-length": String(length) });
  const half = body.slice(0, body.length >> 1);
  switch (fault) {
    case "stalled":
      return;
    case "truncated":
      head(body.length).write(half, () => response.destroy());
      return;
    case "shortBody":
      // Node refuses to send fewer bytes than it announced, so the socket is written to directly.
      raw(response, type, body.length + 7, body, () => response.socket?.destroy());
      return;
    case "double":
      raw(response, type, body.length, body + rawHead(type, body.length) + body, () => response.socket?.end());
      return;
    case "drip": {
      head(1_000_000);
      const timer = setInterval(() => response.write(" "), DRIP);
      response.on("close", () => clearInterval(timer));
      return;
    }
    case "slow":
      head(body.length).write(half);
      setTimeout(() => response.end(body.slice(half.length)), SLOW);
      return;
    default:
      head(body.length).end(body);
  }
}

function rawHead(headers: Readonly<Record<string, string>>, length: number): string {
  const lines = Object.entries({ ...headers, "content-length": length }).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 200 OK\r\n${lines.join("\r\n")}\r\n\r\n`;
}

function raw(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  length: number,
  body: string,
  then: () => void,
): void {
  response.socket?.write(rawHead(headers, length) + body, then);
}
