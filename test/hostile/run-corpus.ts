/** Puts cases on disk and runs the real command line over all of them in one watched process. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Generated } from "./generate-all.ts";
import type { HostileCase } from "./hostile-case.ts";

const root: string = fileURLToPath(new URL("../../", import.meta.url));
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const run = promisify(execFile);

export interface CorpusRun {
  readonly results: readonly Generated[];
  /** What the process did beside reading the documents' folders and writing the output folders. */
  readonly trespasses: readonly string[];
}

/** Folder of a case: `spec/` holds the document and its files, `out/` is written. */
export function folderOf(base: string, index: number): string {
  return join(base, `c${index}`);
}

function put(base: string, index: number, one: HostileCase): { cwd: string; args: string[] } {
  const cwd = folderOf(base, index);
  const spec = join(cwd, "spec");
  mkdirSync(spec, { recursive: true });
  for (const [name, content] of Object.entries(one.files)) {
    mkdirSync(dirname(join(spec, name)), { recursive: true });
    const raw = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(join(spec, name), raw ? content : JSON.stringify(content, null, 2));
  }
  for (const [name, target] of Object.entries(one.links ?? {})) symlinkSync(target, join(spec, name));
  const args = ["generate", "--spec", `spec/${Object.keys(one.files)[0]}`, "--out", "out", "--json"];
  return { cwd, args };
}

function trespassesIn(log: string, base: string): string[] {
  const lines = readFileSync(log, "utf8").trim().split("\n");
  const records = [...new Set(lines)].map((line) => JSON.parse(line) as [kind: string, what: string]);
  return records
    .filter(([kind, what]) => {
      if (kind === "net" || kind === "run") return true;
      const inside = what.startsWith(base + sep) ? what.slice(base.length + 1).split(sep) : undefined;
      if (inside === undefined) return kind === "write" || !(what + sep).startsWith(root);
      const [, part] = inside;
      return kind === "write" ? part !== "out" && inside.length > 1 : part !== "out" && part !== "spec";
    })
    .map(([kind, what]) => `${kind} ${what}`);
}

export async function runCorpus(base: string, cases: readonly HostileCase[]): Promise<CorpusRun> {
  rmSync(base, { recursive: true, force: true });
  mkdirSync(base, { recursive: true });
  const log = join(base, "io.log");
  const list = join(base, "cases.json");
  const results = join(base, "results.jsonl");
  writeFileSync(log, "");
  writeFileSync(results, "");
  writeFileSync(list, JSON.stringify(cases.map((one, index) => put(base, index, one))));
  const read = (): Generated[] => {
    const text = readFileSync(results, "utf8").trim();
    return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line) as Generated);
  };
  for (let done = 0; done < cases.length; done = read().length) {
    if (await generateFrom(done, [list, results], log)) continue;
    // What hung or died has no answer of its own; the next process goes on behind it.
    const lost: Generated = { code: -1, out: "", err: "the process hung or died", ms: 0 };
    appendFileSync(results, `${JSON.stringify(lost)}\n`);
  }
  return {
    results: read(),
    trespasses: trespassesIn(log, base).filter((line) => !line.endsWith(results) && !line.endsWith(list)),
  };
}

const patience = 30_000;

/** Runs the cases from one on; false when the process hung or died. */
async function generateFrom(from: number, [list = "", results = ""]: readonly string[], log: string): Promise<boolean> {
  const flags = ["--conditions=@couplet/source", "--max-old-space-size=1024", "--import", here("./watch-io.ts")];
  const child = spawn(process.execPath, [...flags, here("./generate-all.ts"), list, results, String(from)], {
    cwd: root,
    env: { ...process.env, WATCH_IO: log, NODE_NO_WARNINGS: "1" },
    stdio: "ignore",
  });
  let size = 0;
  let silent = 0;
  const timer = setInterval(() => {
    const now = statSync(results).size;
    silent = now === size ? silent + 1_000 : 0;
    size = now;
    if (silent >= patience) child.kill("SIGKILL");
  }, 1_000);
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(timer);
  return code === 0;
}

/** Imports all modules of these folders in one process. What is wrong, or ran. */
export async function importAll(base: string, folders: readonly string[]): Promise<string[]> {
  const list = join(base, "folders.json");
  writeFileSync(list, JSON.stringify(folders));
  const flags = ["--conditions=@couplet/source", "--disable-proto=throw"];
  const { stdout } = await run(process.execPath, [...flags, here("./import-all.ts"), list], {
    cwd: root,
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout) as string[];
}
