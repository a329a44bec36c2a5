/**
 * `npm run bench:generate [-- --rounds 3] [--only github] [--skip-types]`: generation with couplet beside its peers, in
 * turn, as whole processes from nothing; and couplet's rerun with nothing changed. Medians over the rounds.
 */
import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type BenchDocument, cache, findDocuments } from "./documents.ts";
import { machine, measure, median, option, printTable, type Run } from "./measure.ts";
import { findPeers, ours, sizeOf, type Tool } from "./tools.ts";
import { countTypeErrors } from "./type-errors.ts";

interface Row {
  readonly label: string;
  readonly gives: string;
  readonly runs: Run[];
  errors?: string;
  size?: { files: number; bytes: number };
}

/** The first run after an installation compiles the generator itself; later ones find that done. */
const uncached = { NODE_DISABLE_COMPILE_CACHE: "1" };

async function runOnce(row: Row, tool: Tool, document: BenchDocument, out: string, env = {}): Promise<void> {
  const run = await measure({ ...tool.command(document.file, out), env });
  row.runs.push(run);
  if (run.code !== 0) row.errors = run.code === null ? "killed" : `fails: ${run.output.trim().slice(-120)}`;
}

async function compare(document: BenchDocument, peers: readonly Tool[], rounds: number): Promise<Row[]> {
  const cold: Row = { label: ours.name, gives: ours.gives, runs: [] };
  const fresh: Row = { label: `${ours.name}, first run ever`, gives: "the same", runs: [] };
  const again: Row = { label: `${ours.name}, unchanged`, gives: "nothing to do", runs: [] };
  const others = peers.map((tool): Row => ({ label: tool.name, gives: tool.gives, runs: [] }));
  const slug = document.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const folderOf = (name: string): string => join(cache, "out", slug, name.replace(/[^a-z0-9]+/g, "-"));
  for (let round = 0; round < rounds; round++) {
    const outs = new Map<Row, string>();
    const prepare = (row: Row): string => {
      const out = folderOf(row.label);
      rmSync(out, { recursive: true, force: true });
      mkdirSync(out, { recursive: true });
      outs.set(row, out);
      return out;
    };
    await runOnce(fresh, ours, document, prepare(fresh), uncached);
    await runOnce(cold, ours, document, prepare(cold));
    await runOnce(again, ours, document, outs.get(cold)!);
    if (!again.errors && !/"unchanged": true/.test(again.runs.at(-1)!.output)) {
      throw new Error("the rerun was not recognised as unchanged");
    }
    for (const [index, row] of others.entries()) {
      if (row.errors === undefined) await runOnce(row, peers[index]!, document, prepare(row));
    }
    if (round > 0) continue;
    for (const [row, out] of outs) {
      row.size = sizeOf(out);
      if (row.errors === undefined && row !== fresh && !process.argv.includes("--skip-types")) {
        row.errors = String(await countTypeErrors(out));
      }
    }
  }
  return [cold, fresh, again, ...others];
}

function print(document: BenchDocument, rows: readonly Row[]): void {
  const middle = (row: Row, of: "seconds" | "cpu" | "mebibytes"): number => median(row.runs.map((run) => run[of]));
  const base = middle(rows[0]!, "cpu");
  console.log(`\n${document.name}, ${(statSync(document.file).size / 1e6).toFixed(1)} MB\n`);
  printTable([
    ["generator", "gives", "wall s", "CPU s", "peak MiB", "couplet's CPU time / this", "files", "MB", "type errors"],
    ...rows.map((row) => {
      return [
        ...[row.label, row.gives, middle(row, "seconds").toFixed(2), middle(row, "cpu").toFixed(2)],
        ...[middle(row, "mebibytes").toFixed(0), (base / middle(row, "cpu")).toFixed(2)],
        ...[String(row.size?.files ?? ""), row.size ? (row.size.bytes / 1e6).toFixed(1) : "", row.errors ?? ""],
      ];
    }),
  ]);
  const hey = rows.find((row) => row.label === "hey-api");
  const [cold, , again] = rows;
  const ratio = (a: Row, b: Row, of: "seconds" | "cpu" | "mebibytes"): string =>
    (middle(a, of) / middle(b, of)).toFixed(2);
  const times = (a: Row, b: Row): string => `wall ${ratio(a, b, "seconds")}, CPU ${ratio(a, b, "cpu")}`;
  console.log();
  if (hey) {
    const memory = ratio(cold!, hey, "mebibytes");
    console.log(`cold / hey-api types + sdk: ${times(cold!, hey)} (bar 0.8), memory ${memory} (bar 1)`);
  }
  console.log(`unchanged / cold: ${times(again!, cold!)} (bar 0.1)`);
}

const rounds = Number(option("rounds") ?? 3);
const only = option("only")?.toLowerCase();
const peers = findPeers();
const documents = (await findDocuments()).filter(({ name }) => only === undefined || name.toLowerCase().includes(only));
console.log(`${machine()}; medians of ${rounds} rounds, in turn, whole processes`);
for (const document of documents) print(document, await compare(document, peers, rounds));
