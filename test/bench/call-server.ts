/** Answers every request with the same charge; prints its URL. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answer } from "./call-subject.ts";

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { "content-type": "application/json", "ratelimit-remaining": "900000000" });
  response.end(answer);
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
