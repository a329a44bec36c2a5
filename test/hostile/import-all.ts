/** Run as a child process: imports every module below the given folders; prints which fail, and whether anything ran. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { canary } from "./canary.ts";

const marks: string[] = [];
Object.defineProperty(globalThis, canary, { get: () => marks.push("the canary was read") });
const known = Reflect.ownKeys(Object.prototype).length;
const names = new Set(Reflect.ownKeys(globalThis));
const faults: string[] = [];

for (const folder of JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as string[]) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts") && !name.endsWith("contract.test.ts"))) {
    if (!statSync(join(folder, file)).isFile()) continue;
    try {
      const module = (await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>;
      if ("then" in module) faults.push(`${file} exports then`);
      // A client must be made without a call, a credential or a prototype of its own making.
      const create = module["createClient"];
      if (typeof create === "function" && file.endsWith("index.ts")) {
        const client = create({ baseUrl: "https://localhost" }) as Record<string, unknown>;
        for (const key of Object.keys(client)) void client[key];
      }
    } catch (error) {
      faults.push(`${join(folder, file)}: ${String(error).slice(0, 300)}`);
    }
  }
}
if (Reflect.ownKeys(Object.prototype).length !== known) faults.push("Object.prototype was changed");
for (const name of Reflect.ownKeys(globalThis))
  if (!names.has(name) && String(name).includes("zq_")) faults.push(`a global ${String(name)} was made`);
console.log(JSON.stringify([...marks, ...faults]));
