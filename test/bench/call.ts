/**
 * What a call costs: `npm run bench:call [-- --rounds 15 --telemetry otel]`. First the added CPU time over bare `fetch` with a transport
 * in memory, ours beside the installed peers; then the same over a loopback socket, 32 calls at a time.
 * Rounds are interleaved, so that a slow moment of the machine falls on all of them; medians over rounds.
 */

import { measureLoopback } from "./call-loopback.ts";
import { findCallPeers } from "./call-peers.ts";
import { benchClient, body, flat, headers, send, url } from "./call-subject.ts";
import { machine, median, option, printTable } from "./measure.ts";
import { telemetryOptions } from "./telemetry.ts";

/** One way to make one kind of call. */
interface Contestant {
  readonly name: string;
  readonly call: string;
  /** Most microseconds that it may add; only ours has a bar. */
  readonly bar?: number;
  run(): Promise<unknown>;
}

const rounds = Number(option("rounds") ?? 15);
// Some kernels count the CPU time of a thread in steps of 4 ms.
const calls = 5_000;
const charges = benchClient({ fetch: send, ...telemetryOptions(option("telemetry")) });

const contestants: Contestant[] = [
  { name: "fetch", call: "GET", run: async () => (await send(`${url}/ch_1?limit=3`, { headers })).json() },
  {
    name: "fetch",
    call: "POST json",
    run: async () => (await send(url, { method: "POST", headers, body: JSON.stringify(body) })).json(),
  },
  {
    name: "fetch",
    call: "POST form",
    run: async () => (await send(url, { method: "POST", headers, body: new URLSearchParams(flat).toString() })).json(),
  },
  { name: "couplet", call: "GET", bar: 10, run: () => charges.get({ charge: "ch_1", limit: 3 }) },
  { name: "couplet", call: "POST json", bar: 15, run: () => charges.createJson({ body }) },
  { name: "couplet", call: "POST form", bar: 15, run: () => charges.createForm({ body }) },
];
for (const peer of await findCallPeers({ fetch: send, url })) {
  contestants.push(
    { name: peer.name, call: "GET", run: peer.get },
    { name: peer.name, call: peer.post, run: peer.create },
  );
}

// CPU time of this thread: on a quiet machine it is the wall time, on a busy one it does not count the others.
function microseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

async function round({ run }: Contestant): Promise<number> {
  const start = microseconds();
  for (let call = 0; call < calls; call++) await run();
  return (microseconds() - start) / calls;
}

const times = new Map<Contestant, number[]>(contestants.map((contestant) => [contestant, []]));
for (const contestant of contestants) for (let warm = 0; warm < 2; warm++) await round(contestant);
for (let index = 0; index < rounds; index++) {
  const order = index % 2 === 0 ? contestants : contestants.toReversed();
  for (const contestant of order) times.get(contestant)!.push(await round(contestant));
}

console.log(`${machine()}; ${rounds} interleaved rounds of ${calls} calls; CPU microseconds a call, medians`);
const rows = contestants.map((contestant) => {
  const { name, call, bar } = contestant;
  const bare = contestants.find((other) => other.name === "fetch" && other.call === call)!;
  const own = times.get(contestant)!;
  const added = median(own.map((time, index) => time - times.get(bare)![index]!));
  return [
    call,
    name,
    median(own).toFixed(1),
    name === "fetch" ? "" : added.toFixed(1),
    bar === undefined ? "" : String(bar),
  ];
});
printTable([["call", "client", "whole", "added", "bar"], ...rows.sort(([one], [other]) => one!.localeCompare(other!))]);

await measureLoopback(Number(option("loopback-rounds") ?? 12));
