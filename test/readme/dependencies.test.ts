/** Every package that is depended on has its reason in README.md, and no other has. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./pages.ts";

type Names = Readonly<Record<string, string>>;

function declared(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Record<string, Names>;
  return ["dependencies", "devDependencies", "peerDependencies"].flatMap((kind) => Object.keys(manifest[kind] ?? {}));
}

test("the table has the packages of the project, of its generator and of its runtime", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const table = readme.slice(readme.indexOf("\n## Dependencies"), readme.indexOf("\n## Limits today"));
  const rows = [...table.matchAll(/^\| ([^|]+) \|[^|]+\| [^|]+ \|$/gm)].map(([, packages]) => packages!).slice(1);
  const told = rows.flatMap((packages) => packages.split(", ")).map((name) => name.split(" ")[0]!);
  // Other versions of a package that is there: `undici-6`.
  const wanted = [".", "generator", "runtime"].flatMap(declared).map((name) => name.replace(/-\d+$/, ""));
  expect(new Set(told)).toEqual(new Set(wanted.filter((name) => name !== "@couplet/runtime")));
});
