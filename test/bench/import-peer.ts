import { existsSync } from "node:fs";
import { join } from "node:path";
import { bench } from "./measure.ts";

/** A package of test/bench, which is installed on demand; undefined, with a line that says how to get it, when it is not. */
export async function importPeer(name: string): Promise<object | undefined> {
  if (!existsSync(join(bench, "node_modules", name))) {
    console.log(`${name} is left out: npm install --prefix test/bench brings it`);
    return undefined;
  }
  // From this folder the name leads to its node_modules.
  return import(name);
}
