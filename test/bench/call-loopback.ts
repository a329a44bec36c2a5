/** The calls of `bench:call` over a loopback socket to a server in a process of its own, 32 at a time. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { callPeerNames } from "./call-peers.ts";
import { median, printTable } from "./measure.ts";

/** Of each round, and before the first. */
const calls = 1_000;
const warmUp = 5_000;
/** Ours over undici, with all its work, by the global `fetch`. */
const bars: Readonly<Record<string, number>> = { "couplet, undiciFetch": 1.05 };
const own = ["fetch", "fetch with a signal", "couplet", "couplet, undiciFetch", "undici.request"];

interface Contestant {
  readonly name: string;
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** What it prints next. */
  answer(): Promise<string>;
  readonly cpu: number[];
  readonly wall: number[];
}

/** Prints CPU and wall time of a GET for each client, and how ours compares with `fetch`. */
export async function measureLoopback(rounds: number): Promise<void> {
  const server = start("call-server.ts");
  const url = `${await server.answer()}/v1/charges`;
  const found: Contestant[] = [];
  for (const name of [...own, ...callPeerNames]) {
    const contestant = start("call-contestant.ts", name, url);
    if ((await contestant.answer()) === "ready") found.push({ ...contestant, name, cpu: [], wall: [] });
  }
  const run = async ({ child, answer }: Contestant, count: number): Promise<number[]> => {
    child.stdin.write(`${count}\n`);
    return (await answer()).split(" ").map(Number);
  };
  for (const contestant of found) await run(contestant, warmUp);
  for (let round = 0; round < rounds; round++) {
    for (const contestant of round % 2 === 0 ? found : found.toReversed()) {
      const [cpu, wall] = await run(contestant, calls);
      contestant.cpu.push(cpu!);
      contestant.wall.push(wall!);
    }
  }
  for (const { child } of [server, ...found]) child.kill();
  console.log(
    `\nloopback, 32 at a time, each client in its own process, ${rounds} interleaved rounds of ${calls} calls; microseconds a call`,
  );
  const [bare] = found;
  printTable([
    ["client", "CPU", "wall", "CPU / fetch", "bar"],
    ...found.map(({ name, cpu, wall }) => {
      const ratio = median(cpu.map((own, round) => own / bare!.cpu[round]!));
      return [name, median(cpu).toFixed(0), median(wall).toFixed(0), ratio.toFixed(2), String(bars[name] ?? "")];
    }),
  ]);
}

function start(script: string, ...args: string[]): Pick<Contestant, "child" | "answer"> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const flags = ["--conditions=@couplet/source", "--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...flags, file, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${[script, ...args].join(" ")} ended early`);
    return value;
  };
  return { child, answer };
}
