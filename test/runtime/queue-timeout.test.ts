/** The longest wait for limits, over a transport that answers when the test says so. */
import { connect, isConnectorError } from "@couplet/runtime";
import { operation, type Policy, queueTimeout, type RateLimit } from "@couplet/runtime/codegen/v1";
import { expect, test } from "vitest";
import { bucket, connectorOf, operationOf, policyOf } from "./policy-fixture.ts";

const start = 1_700_000_000_000;

function client(
  limits: Record<string, RateLimit>,
  policy: Partial<Policy>,
  queue: number | undefined,
  deadline: number = 60_000,
) {
  const connector = connectorOf({ rateLimits: limits });
  const timeouts = {
    attempt: 5_000,
    deadline,
    ...(queue !== undefined && { queue: { use: queueTimeout, limit: queue } }),
  };
  const full = policyOf({ limitedBy: Object.keys(limits), ...policy, timeouts });
  const answers: (() => void)[] = [];
  const fetch = () => new Promise<Response>((done) => answers.push(() => done(Response.json({}))));
  const clock = {
    now: () => start,
    mono: () => performance.now(),
    random: () => 0.5,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((done, fail) => {
        const timer = setTimeout(done, ms);
        signal?.addEventListener("abort", () => {
          clearTimeout(timer);
          fail(signal.reason);
        });
      }),
  };
  const { a } = connect(
    { fetch: fetch as typeof globalThis.fetch, clock },
    {
      a: {
        call: operation<Record<string, unknown>, unknown, never, never, never, never>(operationOf(connector, full)),
      },
    },
  );
  return { call: (options = {}) => a.call({}, options), answers };
}

const gate = { concurrency: { max: 1, per: ["credential"], queue: 10 } } as const;

async function refusal(call: PromiseLike<unknown>) {
  try {
    await call;
  } catch (error) {
    if (isConnectorError(error)) return error;
    throw error;
  }
  throw new Error("was let through");
}

test("a wait that is known to be longer is refused at once, and says when", async () => {
  const { call, answers } = client({ slow: bucket(1, 1, 10_000) }, {}, 2_000);
  const first = call();
  const error = await refusal(call());
  expect(error).toMatchObject({ name: "QueueFullError", code: "wait", effect: "none", attempts: 0 });
  expect(error.retryAt! - start).toBeGreaterThan(8_000);
  expect(error.message).toMatch(
    /the rate limit admits this call in \d+(\.\d)? s, after its queue timeout\. Try again at retryAt, or give it a longer queue timeout\.$/,
  );
  answers[0]!();
  await first;
});

test("a wait that is shorter is waited out", async () => {
  const { call, answers } = client({ quick: bucket(1, 1, 60) }, {}, 2_000);
  const calls = [call(), call()];
  await new Promise((done) => setTimeout(done, 150));
  for (const answer of answers) answer();
  await Promise.all(calls);
  expect(answers).toHaveLength(2);
});

test("a wait whose end nobody knows ends with the timeout; the place in the queue is given up", async () => {
  const { call, answers } = client({}, gate, 40);
  const first = call();
  const error = await refusal(call());
  expect(error).toMatchObject({
    name: "QueueFullError",
    code: "wait",
    effect: "none",
    attempts: 0,
    retryAt: start + 40,
  });
  expect(error.message).toContain("no limit let it through within the queue timeout of 40 ms. Nothing was sent.");
  answers[0]!();
  await first;
  const next = call();
  await new Promise((done) => setTimeout(done, 5));
  expect(answers).toHaveLength(2);
  answers[1]!();
  await next;
});

test("it does not run while the call does", async () => {
  const { call, answers } = client({}, gate, 30);
  const first = call();
  await new Promise((done) => setTimeout(done, 60));
  answers[0]!();
  await first;
});

test.each([
  ["where it is shorter, the deadline counts", 5_000],
  ["where there is none, the deadline counts", undefined],
])("%s", async (_, queue) => {
  const { call, answers } = client({}, gate, queue, 40);
  const first = call({ deadline: 5_000 });
  expect(await refusal(call())).toMatchObject({ name: "TimeoutError", code: "deadline", attempts: 0 });
  answers[0]!();
  await first;
});

test("a caller who gives up while waiting gets the own reason", async () => {
  const { call, answers } = client({}, gate, 5_000);
  const first = call();
  const abort = new AbortController();
  const second = call({ signal: abort.signal });
  abort.abort(new Error("enough"));
  await expect(second).rejects.toThrow("enough");
  answers[0]!();
  await first;
});
