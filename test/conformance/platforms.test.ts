/** The same cases on every platform that is here; one that is not is a visible skip. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platformCases } from "./platform-cases.ts";
import {
  findChromium,
  findNodes,
  findProgram,
  type PlatformResult,
  runAsScript,
  runInChromium,
  writeModules,
} from "./platforms.ts";
import { runInWorker } from "./workerd.ts";

let folder: string;
beforeAll(async () => {
  folder = await writeModules();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const nodes = await findNodes();
type Run = (program: string) => Promise<PlatformResult>;
const asScript: Run = (node) => runAsScript(folder, [node]);

/** Platforms, the program of each where it is here, and how it runs the cases. */
const platforms: readonly (readonly [name: string, program: string | undefined, run: Run])[] = [
  ["Node 20", nodes.get(20), asScript],
  ["Node 22", nodes.get(22), asScript],
  ["Node 24", nodes.get(24), asScript],
  ["Chromium", findChromium(), (browser) => runInChromium(folder, browser)],
  ["Deno", findProgram("deno"), (deno) => runAsScript(folder, [deno, "run", "--allow-net"])],
  ["Bun", findProgram("bun"), asScript],
  ["workerd", findProgram("workerd"), (workerd) => runInWorker(folder, workerd)],
];

const absent = platforms.filter(([, program]) => program === undefined).map(([name]) => name);
if (absent.length > 0)
  console.log(`skipped: ${absent.join(", ")} (not on the PATH, see test/conformance/package.json)`);

describe("the runtime works on every platform", () => {
  for (const [name, program, run] of platforms)
    test.skipIf(program === undefined)(name, { timeout: 120_000 }, async () => {
      expect(await run(program!)).toEqual({ passed: platformCases.length, failed: [] });
    });
});
