/**
 * `node --conditions=@couplet/source test/hostile/fuzz.ts --count 20000 --seed 1`: mutates documents and proves that
 * text of a document never leaves literals and comments, that nothing but a located refusal is ever thrown, that no
 * document takes long, and that the same document gives the same bytes. `--index 17` repeats one case.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Fault, fuzzRange, type Tally } from "./fuzz/range.ts";
import { readSlices } from "./fuzz/slices.ts";
import { typeCheckAll } from "./type-check-all.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    index: { type: "string" },
    types: { type: "string", default: "100" },
  },
});
const seed = Number(values.seed);
const count = Number(values.count);
const workers = values.index === undefined ? Math.max(1, Number(values.workers)) : 1;
const scratch: string = fileURLToPath(new URL(`../.tmp/fuzz-${seed}`, import.meta.url));
/** A worker that says nothing for so long hangs: 5 s of work, and the same again for a busy machine, and start-up. */
const patience = 60_000;

interface Share {
  readonly from: number;
  readonly worker: number;
}

async function work({ from, worker }: Share): Promise<void> {
  const only = values.index === undefined ? undefined : Number(values.index);
  const tally = await fuzzRange({
    seed,
    from: only ?? from,
    to: only === undefined ? count : only + 1,
    step: workers,
    slices: readSlices(12, true),
    folder: join(scratch, `worker-${worker}`),
    keep: only === undefined ? Math.ceil(Number(values.types) / workers) : 1,
    began: (index) => process.send?.({ index }),
  });
  process.send?.({ tally });
}

interface Watched {
  readonly tally: Tally | undefined;
  readonly last: number;
}

/** Runs one child until it ends, or kills it when it is silent for too long. */
async function watch(share: Share): Promise<Watched> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
    // 512 MiB is what the generator may use for a document that it refuses.
    execArgv: [...process.execArgv, "--max-old-space-size=512"],
    env: { ...process.env, COUPLET_FUZZ_SHARE: JSON.stringify(share) },
  });
  let last = share.from;
  let tally: Tally | undefined;
  const kill = (): unknown => child.kill("SIGKILL");
  let timer = setTimeout(kill, patience);
  child.on("message", (message: { index?: number; tally?: Tally }) => {
    clearTimeout(timer);
    timer = setTimeout(kill, patience);
    last = message.index ?? last;
    if (message.index !== undefined && message.index % 1_000 === 0) console.log(`… case ${message.index}`);
    tally = message.tally ?? tally;
  });
  await once(child, "close");
  clearTimeout(timer);
  return { tally, last };
}

async function runShare(worker: number): Promise<Tally> {
  const faults: Fault[] = [];
  for (let from = worker; ; ) {
    const { tally, last } = await watch({ from, worker });
    if (tally) return { ...tally, faults: [...faults, ...tally.faults] };
    faults.push({ index: last, slice: "", faults: ["the process hung or died"] });
    from = last + workers;
  }
}

async function main(): Promise<void> {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const start = performance.now();
  const tallies = await Promise.all(Array.from({ length: workers }, (_, worker) => runShare(worker)));
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
  const faults = tallies.flatMap((tally) => tally.faults).sort((a, b) => a.index - b.index);
  for (const fault of faults) {
    console.log(`case ${fault.index} (${fault.slice})`);
    for (const line of fault.faults.slice(0, 3)) console.log(`  ${line.split("\n").slice(0, 6).join("\n  ")}`);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const slowest = Math.round(Math.max(...tallies.map((tally) => tally.slowest)));
  console.log(
    `seed ${seed}: ${sum((tally) => tally.tried)} documents, ${sum((tally) => tally.accepted)} accepted, ` +
      `${faults.length} faults, slowest ${slowest} ms, ${seconds} s`,
  );
  const kept = tallies.map((_, worker) => join(scratch, `worker-${worker}`, "kept"));
  const errors = await typeCheckAll(scratch, kept);
  console.log(`${sum((tally) => tally.kept)} accepted packages type-checked: ${errors.length} errors`);
  for (const line of errors.slice(0, 40)) console.log(`  ${line}`);
  process.exitCode = faults.length + errors.length === 0 ? 0 : 1;
}

const share = process.env["COUPLET_FUZZ_SHARE"];
await (share === undefined ? main() : work(JSON.parse(share) as Share));
