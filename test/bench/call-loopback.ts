/** The calls of `bench:call` over a loopback socket to a server in a process of its own, 32 at a time. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { undiciFetch } from "@couplet/runtime/undici";
import { findCallPeers } from "./call-peers.ts";
import { benchClient, headers } from "./call-subject.ts";
import { median, printTable } from "./measure.ts";

const concurrency = 32;
const calls = 640;
/** Ours over undici, with all its work, by the global `fetch`. */
const bar = 1.05;

const abortable = (): RequestInit => ({ headers, signal: new AbortController().signal });

/** Prints CPU and wall time of a GET for each client, and how ours compares with `fetch`. */
export async function measureLoopback(rounds: number): Promise<void> {
  const script = fileURLToPath(new URL("call-server.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@couplet/source", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [base] = (await once(createInterface(child.stdout), "line")) as [string];
  const url = `${base}/v1/charges`;
  const ours = benchClient({ baseUrl: `${base}/v1` });
  // Whichever copy of undici comes first makes the global dispatcher: here each has its own.
  await fetch("data:,");
  const { Agent, request, fetch: ownFetch } = await import("undici");
  const dispatcher = new Agent();
  const oursFast = benchClient({ baseUrl: `${base}/v1`, fetch: undiciFetch({ Agent, fetch: ownFetch }) });
  const contestants: { readonly name: string; readonly bar?: number; run(): Promise<unknown> }[] = [
    { name: "fetch", run: async () => (await fetch(`${url}/ch_1?limit=3`, { headers })).json() },
    // What every client pays that can end a request.
    { name: "fetch with a signal", run: async () => (await fetch(`${url}/ch_1?limit=3`, abortable())).json() },
    { name: "couplet", run: () => ours.get({ charge: "ch_1", limit: 3 }) },
    { name: "couplet, undiciFetch", bar, run: () => oursFast.get({ charge: "ch_1", limit: 3 }) },
    {
      name: "undici.request",
      run: async () => (await request(`${url}/ch_1?limit=3`, { headers, dispatcher })).body.json(),
    },
    ...(await findCallPeers({ url })).map(({ name, get }) => ({ name, run: get })),
  ];
  const times = contestants.map(() => ({ cpu: [] as number[], wall: [] as number[] }));
  for (let round = -2; round < rounds; round++) {
    const order = [...contestants.keys()];
    for (const at of round % 2 === 0 ? order : order.reverse()) {
      const { user, system } = process.cpuUsage();
      const start = performance.now();
      let left = calls;
      const work = async () => {
        while (left-- > 0) await contestants[at]!.run();
      };
      await Promise.all(Array.from({ length: concurrency }, work));
      const after = process.cpuUsage({ user, system });
      if (round < 0) continue;
      times[at]!.cpu.push((after.user + after.system) / calls);
      times[at]!.wall.push(((performance.now() - start) * 1_000) / calls);
    }
  }
  child.kill();
  const [bare] = times;
  console.log(
    `\nloopback, ${concurrency} at a time, ${rounds} interleaved rounds of ${calls} calls; microseconds a call`,
  );
  printTable([
    ["client", "CPU", "wall", "CPU / fetch", "bar"],
    ...contestants.map(({ name, bar }, at) => {
      const ratio = median(times[at]!.cpu.map((cpu, round) => cpu / bare!.cpu[round]!));
      const figures = [median(times[at]!.cpu).toFixed(0), median(times[at]!.wall).toFixed(0), ratio.toFixed(2)];
      return [name, ...figures, bar === undefined ? "" : String(bar)];
    }),
  ]);
}
