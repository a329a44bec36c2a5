/** The same cases on every platform that is here; one that is not is a visible skip. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { platformCases } from "./platform-cases.ts";
import { findChromium, findNodes, runInChromium, runOnNode, writeModules } from "./platforms.ts";

const nodes = await findNodes();
const chromium = findChromium();
if (chromium === undefined) console.log("skipped: the browser cases (no chromium on the PATH, none in CHROMIUM)");

let folder: string;
beforeAll(async () => {
  folder = await writeModules();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const all = { passed: platformCases.length, failed: [] };

for (const major of [20, 22, 24]) {
  test.skipIf(!nodes.has(major))(`Node ${major}`, { timeout: 60_000 }, async () => {
    expect(await runOnNode(folder, nodes.get(major)!)).toEqual(all);
  });
}

test.skipIf(chromium === undefined)("Chromium", { timeout: 120_000 }, async () => {
  expect(await runInChromium(folder, chromium!)).toEqual(all);
});
