/**
 * A provider that does 1,000 calls a second stops for ten seconds; 800 users of eight clients each call, think for about
 * a second, and call again. What users gave up stays in the provider's queue and is worked off like the rest, so clients
 * that send too much keep it busy with work that nobody waits for: then it stays down although nothing is broken.
 */
import { connect } from "@couplet/runtime";
import { type Connector, circuitGuard, type Operation, operation, type Policy } from "@couplet/runtime/codegen/v1";
import { type VirtualTime, virtualTime } from "./virtual-time.ts";

export interface Outage {
  /** Calls that succeeded, and requests that reached the provider, in each second. */
  readonly done: readonly number[];
  readonly sent: readonly number[];
  /** Seconds from the end of the outage until 95 % of the usual calls succeed again; undefined: not in this run. */
  readonly recovery: number | undefined;
  /** The busiest second since the outage began against the usual one. */
  readonly amplification: number;
}

const users = 800;
const clients = 8;
const warmUp = 5;
const down = 10;
const queue = 5_000;

export async function simulateOutage(policy: Policy, seconds: number, seed: number = 7): Promise<Outage> {
  let state = seed;
  const random = (): number => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
  const time = virtualTime(random);
  const second = (): number => Math.floor(time.clock.mono() / 1_000);
  const done = new Array<number>(seconds).fill(0);
  const sent = new Array<number>(seconds).fill(0);
  const send = provider(time, () => {
    sent[second()]!++;
  });
  const call = Array.from({ length: clients }, () => client(policy, time, send));
  const use = async (user: number): Promise<void> => {
    await time.clock.sleep(random() * 1_000);
    for (;;) {
      await call[user % clients]!().then(
        () => {
          done[second()]!++;
        },
        () => {},
      );
      await time.clock.sleep(500 + random() * 1_000);
    }
  };
  for (let user = 0; user < users; user++) void use(user);
  await time.run(seconds * 1_000 - 1);
  const end = warmUp + down;
  const recovered = done.findIndex((count, at) => at >= end && count >= 0.95 * users);
  return {
    done,
    sent,
    recovery: recovered < 0 ? undefined : recovered + 1 - end,
    amplification: Math.max(...sent.slice(warmUp)) / users,
  };
}

/** One worker that takes a millisecond for each request, in order; none from `warmUp` on for `down` seconds. */
function provider(time: VirtualTime, onRequest: () => void): typeof fetch {
  const waiting: (() => void)[] = [];
  let isBusy = false;
  const work = (): void => {
    const now = time.clock.mono();
    const isDown = now >= warmUp * 1_000 && now < (warmUp + down) * 1_000;
    const next = isDown ? undefined : waiting.shift();
    isBusy = isDown || next !== undefined;
    next?.();
    if (isBusy) time.after(isDown ? (warmUp + down) * 1_000 - now : 1, work);
  };
  return ((_url: unknown, init: RequestInit) => {
    onRequest();
    if (waiting.length >= queue) return Promise.resolve(new Response(null, { status: 503 }));
    return new Promise<Response>((resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(init.signal?.reason), { once: true });
      waiting.push(() => resolve(Response.json({ ok: true })));
      if (!isBusy) {
        isBusy = true;
        time.after(1, work);
      }
    });
  }) as typeof fetch;
}

function client(policy: Policy, { clock }: VirtualTime, send: typeof fetch): () => PromiseLike<unknown> {
  const connector: Connector = {
    provider: "busy",
    version: "1",
    servers: [{ name: "live", url: "https://api.busy.example" }],
    serverVariables: {},
    credentials: {},
    auth: {},
    rateLimits: {},
    breaker: circuitGuard,
    redact: { headers: [], query: [] },
  };
  const get: Operation<unknown, unknown> = operation({
    id: "things.get",
    connector,
    policy,
    method: "GET",
    path: "/things",
    responses: { "200": "json" },
  });
  const { things } = connect({ fetch: send, clock }, { things: { get } });
  return () => (things.get as () => PromiseLike<unknown>)();
}
