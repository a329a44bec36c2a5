/**
 * One client of the loopback part of `bench:call`, alone in its process as an application has it: together in one they
 * would make each other's code slow. Arguments: its name, and the URL of the charges. Each line of input is a number of
 * calls; each line of output their CPU and wall time in microseconds a call. The first line of output says `ready`, or
 * `absent` where a peer is not installed.
 */
import { createInterface } from "node:readline";
import { undiciFetch } from "@couplet/runtime/undici";
import { findCallPeer } from "./call-peers.ts";
import { benchClient, headers } from "./call-subject.ts";

const concurrency = 32;
const [, , name = "", url = ""] = process.argv;
const charge = `${url}/ch_1?limit=3`;
const input = { charge: "ch_1", limit: 3 };
const baseUrl = url.slice(0, url.lastIndexOf("/"));

type Call = () => Promise<unknown>;

const own: Readonly<Record<string, () => Call | Promise<Call>>> = {
  fetch: () => async () => (await fetch(charge, { headers })).json(),
  // What every client pays that can end a request.
  "fetch with a signal": () => async () =>
    (await fetch(charge, { headers, signal: new AbortController().signal })).json(),
  couplet() {
    const client = benchClient({ baseUrl });
    return () => client.get(input);
  },
  async "couplet, undiciFetch"() {
    const client = benchClient({ baseUrl, fetch: undiciFetch(await import("undici")) });
    return () => client.get(input);
  },
  async "undici.request"() {
    const { request } = await import("undici");
    return async () => (await request(charge, { headers })).body.json();
  },
};

const call = Object.hasOwn(own, name) ? await own[name]!() : (await findCallPeer(name, { url }))?.get;
console.log(call === undefined ? "absent" : "ready");
if (call !== undefined)
  for await (const line of createInterface(process.stdin)) console.log(await round(call, Number(line)));

async function round(run: Call, calls: number): Promise<string> {
  const before = process.cpuUsage();
  const start = performance.now();
  let left = calls;
  const work = async (): Promise<void> => {
    while (left-- > 0) await run();
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const wall = (performance.now() - start) * 1_000;
  const { user, system } = process.cpuUsage(before);
  return `${(user + system) / calls} ${wall / calls}`;
}
