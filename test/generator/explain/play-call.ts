/** One call of the real runtime against a provider that follows a script, in simulated time: timers and clock alike. */
import { connect, hooks, isConnectorError } from "@couplet/runtime";
import {
  circuitGuard,
  type OperationDescriptor,
  operation,
  type Policy,
  staticCredential,
} from "@couplet/runtime/codegen/v1";
import { vi } from "vitest";
import { connectorOf, operationOf, policyOf, windowOf } from "../../runtime/policy-fixture.ts";
import { type SimulatedClock, settled, simulatedClock } from "../../runtime/simulated-clock.ts";

/** What the provider does with one request, `after` milliseconds. */
export interface Act {
  readonly kind: "answer" | "refuse" | "lose" | "hang";
  readonly after: number;
  readonly status?: number;
  /** Milliseconds told in Retry-After. */
  readonly wait?: number;
  readonly advice?: "retry" | "stop";
}

export interface Played {
  readonly requests: number;
  /** Those that the retry loop decided. */
  readonly waits: readonly number[];
  /** Milliseconds from call to end. */
  readonly ended: number;
}

export const adviceHeader = "X-Should-Retry";

/** The last act is repeated. `random` is asked once for each decision. */
export async function playCall(
  policy: Policy,
  script: readonly Act[],
  options: { readonly refreshable: boolean; readonly random: () => number },
): Promise<Played> {
  const clock = simulatedClock({ random: options.random });
  runTimersOn(clock);
  try {
    const played = { requests: 0, waits: [] as number[] };
    let ready = false;
    let renewal: string | undefined;
    const fetch = async (): Promise<Response> => {
      if (!ready) return new Response("{}");
      const act = script[Math.min(played.requests++, script.length - 1)]!;
      const answers = act.kind === "answer" && act.after < policy.timeouts.attempt;
      if (answers && act.status === 401) renewal ??= "new";
      return perform(act, clock);
    };
    // Asked for by the refresh after the first refusal, it gives another value once.
    const secret = (): string => {
      const value = renewal ?? "old";
      if (value === "new") renewal = "old";
      return value;
    };
    const { calls } = connect(
      {
        auth: { key: options.refreshable ? secret : "fixed" },
        fetch: fetch as typeof globalThis.fetch,
        clock,
        telemetry: hooks({ retry: ({ delay }) => void played.waits.push(delay) }),
      },
      { calls: { one: operation<Record<string, unknown>, unknown, never, never, never, never>(descriptorOf(policy)) } },
    );
    // Digests of credentials take real time: here, and not in the call that is measured.
    await calls.one({});
    ready = true;
    const start = clock.mono();
    const ended = await driven(calls.one({}), clock);
    return { ...played, ended: ended - start };
  } finally {
    vi.unstubAllGlobals();
  }
}

function descriptorOf(policy: Policy): OperationDescriptor {
  const connector = connectorOf({
    auth: {
      key: {
        use: staticCredential,
        credentials: ["key"],
        apply: [{ in: "header", name: "X-Key", value: "{key}" }],
        refreshOn: [401],
      },
    },
    // A limit that never binds: without any, a 429 would pause the queue of the credential.
    ...(policy.circuitBreaker && { breaker: circuitGuard }),
    rateLimits: { wide: windowOf(1e6, 1000, { pauseOn: [] }) },
  });
  return {
    ...operationOf(connector, policyOf({ ...policy, limitedBy: ["wide"] })),
    responses: { default: "none" },
    security: [["key"]],
  };
}

async function perform(act: Act, clock: SimulatedClock): Promise<Response> {
  if (act.kind === "hang") return new Promise(() => {});
  if (act.after > 0) await clock.sleep(act.after);
  if (act.kind === "refuse") throw Object.assign(new TypeError("fetch failed"), { code: "ECONNREFUSED" });
  if (act.kind === "lose") throw Object.assign(new TypeError("fetch failed"), { code: "ECONNRESET" });
  const headers = new Headers();
  if (act.wait !== undefined) headers.set("Retry-After", (act.wait / 1000).toFixed(9));
  if (act.advice !== undefined) headers.set(adviceHeader, act.advice);
  return new Response(null, { status: act.status ?? 503, headers });
}

/** Moves time from timer to timer until the call ends; the moment at which it did. */
async function driven(call: PromiseLike<unknown>, clock: SimulatedClock): Promise<number> {
  let ended: number | undefined;
  const end = (error?: unknown): void => {
    if (error !== undefined && !isConnectorError(error)) throw error;
    ended = clock.mono();
  };
  const done = Promise.resolve(call).then(() => end(), end);
  for (let step = 0; step < 200 && ended === undefined; step++) {
    for (let turn = 0; turn < 3; turn++) await settled();
    if (ended === undefined) await clock.next();
  }
  if (ended === undefined) throw new Error("the call did not end");
  await done;
  return ended;
}

/** Attempt timeouts run on timers of the machine. */
function runTimersOn(clock: SimulatedClock): void {
  const running = new Map<number, AbortController>();
  let count = 0;
  vi.stubGlobal("setTimeout", (run: () => void, ms: number = 0) => {
    const controller = new AbortController();
    running.set(++count, controller);
    clock.sleep(ms, controller.signal).then(run, () => {});
    return count;
  });
  vi.stubGlobal("clearTimeout", (timer: number) => running.get(timer)?.abort());
}
