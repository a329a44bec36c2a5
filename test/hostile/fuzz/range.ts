/** One worker's share of a fuzz run. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { runDocument, writeFiles } from "../pipeline.ts";
import { mutate } from "./mutate.ts";
import { createRandom } from "./random.ts";
import type { Slice } from "./slices.ts";

export interface Range {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly slices: readonly Slice[];
  /** Scratch folder of this worker. */
  readonly folder: string;
  /** Accepted packages that are written below `folder`/kept, for a type-check of all together. */
  readonly keep: number;
  readonly began?: (index: number) => void;
}

export interface Fault {
  readonly index: number;
  readonly slice: string;
  readonly faults: readonly string[];
}

export interface Tally {
  readonly tried: number;
  readonly accepted: number;
  readonly kept: number;
  /** Longest processor time of one document, in milliseconds. */
  readonly slowest: number;
  readonly faults: readonly Fault[];
}

/** No document may take more processor time. */
const maxMilliseconds = 5_000;

export async function fuzzRange(range: Range): Promise<Tally> {
  const faults: Fault[] = [];
  let [tried, accepted, kept, slowest] = [0, 0, 0, 0];
  for (let index = range.from; index < range.to; index += range.step) {
    range.began?.(index);
    const random = createRandom(range.seed, index);
    const slice = random.pick(range.slices);
    const mutant = mutate(slice, random);
    const folder = join(range.folder, "case");
    writeFiles(folder, { [mutant.name]: mutant.text });
    const before = process.cpuUsage();
    const outcome = await runDocument(folder, { [mutant.name]: mutant.text }, random.chance(0.1));
    const used = process.cpuUsage(before);
    const ms = (used.user + used.system) / 1000;
    slowest = Math.max(slowest, ms);
    tried++;
    const found = ms > maxMilliseconds ? [...outcome.faults, `${Math.round(ms)} ms`] : outcome.faults;
    if (found.length > 0) {
      faults.push({ index, slice: slice.name, faults: found });
      writeFiles(join(range.folder, `fault-${range.seed}-${index}`), { [mutant.name]: mutant.text });
    }
    if (!outcome.accepted) continue;
    accepted++;
    // Spread over the run, so that all documents get their turn.
    if (kept < range.keep && random.chance(0.3)) {
      writeFiles(join(range.folder, "kept", `p${index}`), Object.fromEntries(outcome.files));
      kept++;
    }
  }
  rmSync(join(range.folder, "case"), { recursive: true, force: true });
  return { tried, accepted, kept, slowest, faults };
}
