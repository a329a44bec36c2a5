#!/usr/bin/env node
// Starts the command line: from the TypeScript sources in a checkout (Node strips the types), from dist when installed.
// A Node older than the generator needs is replaced by the `node` package of the project, where there is one.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
// As a namespace: an older Node lacks `enableCompileCache`, and has to come as far as starting a newer one.
import * as modules from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("./cli.ts", import.meta.url));
const built = fileURLToPath(new URL("./dist/cli.js", import.meta.url));
const entry = existsSync(source) ? source : built;
const condition = "--conditions=@couplet/source";
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const modern = major > 22 || (major === 22 && minor >= 19);

function projectNode() {
  try {
    return join(dirname(modules.createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");
  } catch {
    return undefined;
  }
}

const node = modern ? process.execPath : projectNode();
if (node === undefined) {
  console.error(`couplet needs Node 22.19 or newer to generate; this is ${process.version}.`);
  console.error("fix: use a newer Node, or add it to the project: npm install --save-dev node@24");
  process.exitCode = 2;
} else if (modern && (entry === built || process.execArgv.includes(condition))) {
  // Compiled code is kept beside the installed package, which its owner can write, not in a shared folder for temporary files.
  modules.enableCompileCache(
    process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL("./node_modules/.cache/compile", import.meta.url)),
  );
  const { main } = await import(entry);
  process.exitCode = await main(process.argv.slice(2));
} else {
  const flags = entry === source ? [condition, "--disable-warning=ExperimentalWarning"] : [];
  const run = spawnSync(node, [...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  if (run.signal) process.kill(process.pid, run.signal);
  process.exitCode = run.status ?? 70;
}
