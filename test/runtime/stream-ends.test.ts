/** Streams that end in ways of their own: nothing is left behind, and nobody who leaves is told of a fault. */
import { connect, type ItemStream, type Operation, type StreamCall } from "@couplet/runtime";
import { jsonLines } from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Loopback, startLoopback } from "./loopback.ts";
import { define, skippingClock } from "./pay.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

const follow = define({ responses: { "200": "stream" }, stream: { use: jsonLines } }) as unknown as Operation<
  object,
  ItemStream<unknown>
>;
type Follow = (input: object, options?: object) => StreamCall<unknown>;
function client(more: object = {}): Follow {
  const options = { baseUrl: server.base, auth: { secretKey: "sk_1" }, clock: skippingClock(), ...more };
  return connect(options, { lines: { follow } }).lines.follow as unknown as Follow;
}
const type = { "content-type": "application/x-ndjson" };

test("cancelled while it is read, it just ends, whatever length it announced", async () => {
  server.answer((response) => {
    response.writeHead(200, { ...type, "content-length": "100" });
    response.write("1\n");
  });
  const open = await client()({});
  setTimeout(() => open.cancel(), 30);
  const found: unknown[] = [];
  for await (const item of open) found.push(item);
  expect(found).toEqual([1]);
});

test("a head that comes after the attempt's end leaves no listener behind, and its body is left", async () => {
  let answer: (response: Response) => void = () => {};
  const fetch = () =>
    new Promise<Response>((resolve) => {
      answer = resolve;
    });
  const { signal } = new AbortController();
  const add = vi.spyOn(signal, "addEventListener");
  const remove = vi.spyOn(signal, "removeEventListener");
  expect((await client({ fetch })({}, { signal, timeout: 20, retry: false }).result()).ok).toBe(false);
  const cancel = vi.fn();
  answer(new Response(new ReadableStream({ cancel }), { headers: type }));
  await vi.waitFor(() => expect(cancel).toHaveBeenCalled());
  expect(remove.mock.calls.length).toBe(add.mock.calls.length);
});
