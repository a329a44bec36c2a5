/** What a server says arrives through undiciFetch as through undici's own `fetch` and the global one. */
import { createHash } from "node:crypto";
import { undiciFetch } from "@couplet/runtime/undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { networkFailure } from "../../../runtime/classify.ts";
import { rawCases } from "./raw-answers.ts";
import { type RawServer, startRawServer } from "./raw-server.ts";
import { newest, ownFetch, transports } from "./transports.ts";

let server: RawServer;
beforeAll(async () => {
  server = await startRawServer();
});
afterAll(() => server.close());

/** Everything that a client can see of an answer, or of what became of it. */
async function seen(send: typeof fetch, method: string): Promise<object> {
  let head: object = {};
  try {
    // A connection that a case broke is not used for the next one.
    const init: RequestInit = { method, redirect: "manual", headers: { connection: "close" } };
    const response = await send(`${server.base}/a?b=c#d`, init);
    const { status, statusText, ok, url, redirected, bodyUsed } = response;
    // By the standard there is no space around a value; undici leaves what is after it.
    const headers = [...response.headers].map(([name, value]) => [name, value.trim()]);
    head = { status, statusText, ok, url, redirected, bodyUsed, headers, hasBody: response.body !== null };
    const hash = createHash("sha256");
    let count = 0;
    for await (const chunk of response.body ?? []) {
      count += chunk.byteLength;
      hash.update(chunk);
    }
    return { ...head, count, hash: hash.digest("hex") };
  } catch (error) {
    const { name, message } = error as Error;
    return { ...head, name, message, ...networkFailure(error) };
  }
}

const pairs = [
  ...transports.map(([name, undici]) => [name, "its own fetch", undici, ownFetch(undici)] as const),
  ["undici 8", "the global fetch", newest, fetch] as const,
];

/** Undici 6 gives a body in zstd as it is, and takes a name with a space. We decompress, and refuse it. */
const better = new Set(["undici 6: zstd", "undici 6: a space before the colon"]);

describe.each(pairs)("%s as %s", (version, _, undici, oracle) => {
  const ours = undiciFetch(undici);
  const alike = rawCases.filter(({ name }) => !better.has(`${version}: ${name}`));
  test.each(alike.map((one) => [one.name, one] as const))("%s", async (_name, { answer, method = "GET" }) => {
    server.answer = answer;
    expect(await seen(ours, method)).toEqual(await seen(oracle, method));
  });
});

test("the cases are not all alike", async () => {
  const found = [];
  for (const { answer, method = "GET" } of rawCases) {
    server.answer = answer;
    found.push(await seen(fetch, method));
  }
  expect(found.filter((one) => "hash" in one).length).toBeGreaterThan(40);
  expect(found.filter((one) => "code" in one).length).toBeGreaterThan(20);
});
