import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runs } from "../runs.ts";
import { mutate } from "./fuzz/mutate.ts";
import { createRandom } from "./fuzz/random.ts";
import { fuzzRange } from "./fuzz/range.ts";
import { readSlices } from "./fuzz/slices.ts";

const slices = readSlices(4, false);

test("mutated documents: no escape, nothing but located refusals, the same bytes twice", async () => {
  const folder = mkdtempSync(join(tmpdir(), "couplet-fuzz-"));
  try {
    const count = runs(200);
    const tally = await fuzzRange({ seed: 1, from: 0, to: count, step: 1, slices, folder, keep: 0 });
    expect(tally.faults).toEqual([]);
    // A mutator that spoils everything, or nothing, would prove nothing.
    expect(tally.accepted).toBeGreaterThan(count / 4);
    expect(tally.accepted).toBeLessThan(count);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);

test("a seed gives the same document again, another one another", () => {
  const make = (seed: number): unknown => {
    const random = createRandom(seed, 5);
    return mutate(random.pick(slices), random);
  };
  expect(make(1)).toEqual(make(1));
  expect(make(1)).not.toEqual(make(2));
});
