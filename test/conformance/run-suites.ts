/**
 * Runs vitest suites that are not part of the project's own: `node run-suites.ts <root> <glob> [setup]`.
 * Prints a line `passed <name>` or `failed <name> <why>` for each test; ends with exit code 1 when one failed.
 */
import { startVitest } from "vitest/node";

const [root = ".", include = "", setup] = process.argv.slice(2);
const conditions = ["@couplet/source", "module", "node"];

const vitest = await startVitest(
  "test",
  [],
  // Workers run under the flags of this process.
  {
    config: false,
    root,
    include: [include],
    reporters: [{}],
    watch: false,
    execArgv: process.execArgv,
    setupFiles: setup ? [setup] : [],
  },
  { resolve: { conditions }, ssr: { resolve: { conditions } } },
);
const modules = vitest.state.getTestModules();
await vitest.close();
for (const module of modules) {
  for (const error of module.errors()) console.log(`failed ${module.moduleId} ${error.message}`);
  for (const test of module.children.allTests()) {
    const result = test.result();
    console.log(`${result.state} ${test.name} ${result.errors?.map((error) => error.message).join("\n") ?? ""}`);
  }
}
if (modules.length === 0) {
  console.log(`failed ${include}: no such suite`);
  process.exitCode = 1;
}
