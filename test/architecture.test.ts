import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  findCycles,
  findDefaultExports,
  findForbiddenImports,
  findLongFiles,
  findProviderNames,
  findSecondPlaces,
  findSideEffects,
  findUndeclaredPackages,
} from "./architecture/findings.ts";
import { parseSource, readTree, type SourceTree } from "./architecture/source-tree.ts";

const rules = {
  "imports go down the layers": findForbiddenImports,
  "value imports run in no circle": findCycles,
  "there are no default exports": findDefaultExports,
  "files are short": findLongFiles,
  "the code names no provider": findProviderNames,
  "effects have one place": findSideEffects,
  "pointers and fingerprints have one place": findSecondPlaces,
};

const root = fileURLToPath(new URL("..", import.meta.url));
const project = readTree(root, ["generator", "runtime", "test", "generated"]);

describe("the project", () => {
  test("is read", () => expect(project.size).toBeGreaterThan(30));
  test("packages are declared", () => {
    const workspaces = ["generator", "runtime"].map((name) => {
      const manifest = JSON.parse(readFileSync(`${root}${name}/package.json`, "utf8"));
      return [name, Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })] as const;
    });
    expect(findUndeclaredPackages(project, Object.fromEntries(workspaces))).toEqual([]);
  });
  for (const [name, find] of Object.entries(rules)) test(name, () => expect(find(project)).toEqual([]));
});

describe("the rules", () => {
  function treeOf(files: Readonly<Record<string, string>>): SourceTree {
    return new Map(Object.entries(files).map(([path, text]) => [path, parseSource(path, text)]));
  }
  const there = {
    "generator/load/a.ts": "",
    "generator/plan/a.ts": "",
    "generator/generate.ts": "",
    "generator/model.ts": "",
    "runtime/clock.ts": "",
    "runtime/index.ts": "",
    "runtime/contract/case.ts": "",
    "generated/x/1/index.ts": "",
    "generated/x/2/index.ts": "",
  };
  const imports: readonly (readonly [path: string, text: string, finding: RegExp | undefined])[] = [
    ["generator/load/b.ts", 'import { a } from "./a.ts";', undefined],
    ["generator/load/b.ts", 'import type { M } from "../model.ts";', undefined],
    ["generator/load/b.ts", 'import { p } from "../plan/a.ts";', /b.ts:1: imports .* \(plan\); load may import model/],
    ["generator/plan/b.ts", 'import type { p } from "../load/a.ts";', /plan may import model, errors/],
    ["generator/plan/b.ts", 'import { g } from "../generate.ts";', /plan may import/],
    ["generator/plan/b.ts", 'export * from "../load/a.ts";', /plan may import/],
    ["generator/plan/b.ts", '\nexport const l = () => import("../load/a.ts");', /b.ts:2: imports/],
    ["generator/plan/b.ts", 'export type L = import("../load/a.ts").L;', /plan may import/],
    ["generator/plan/b.ts", "const text = 'import { x } from \"../load/a.ts\"';", undefined],
    ["generator/plan/b.ts", 'import { x } from "./none.ts";', /which is not there/],
    ["generator/plan/b.ts", 'import { z } from "zod";', /imports zod; plan may import node:/],
    ["generator/plan/b.ts", 'import type { P } from "@couplet/runtime/codegen/v1";', undefined],
    ["generator/plan/b.ts", 'import { operation } from "@couplet/runtime/codegen/v1";', /may only `import type`/],
    ["generator/commands/b.ts", 'import { g } from "../generate.ts";', undefined],
    ["generator/commands/b.ts", 'import { l } from "../load/a.ts";', /commands may import generate/],
    ["runtime/b.ts", 'import { c } from "./clock.ts";', undefined],
    ["runtime/b.ts", 'import { i } from "./index.ts";', /runtime may import nothing/],
    ["runtime/b.ts", 'import { c } from "./contract/case.ts";', /runtime may import nothing/],
    ["runtime/b.ts", 'import { createHash } from "node:crypto";', /runtime may import no package/],
    ["runtime/b.ts", 'import type { z } from "zod";', /runtime may import no package/],
    ["runtime/contract/b.ts", 'import { c } from "../clock.ts";', /contract may import nothing/],
    ["runtime/contract/b.ts", 'import { Ajv2020 } from "ajv/dist/2020.js";', undefined],
    ["generated/x/1/charges.ts", 'import { o } from "@couplet/runtime/codegen/v1";', undefined],
    ["generated/x/1/charges.ts", 'import { z } from "zod";', /imports zod; generated code may/],
    ["generated/x/1/charges.ts", 'import { i } from "../2/index.ts";', /outside of its version's folder/],
    ["generated/x/1/validators/charges.ts", 'import { z } from "zod";', undefined],
    ["generated/x/1/contract.test.ts", 'import { m } from "@couplet/runtime/testing";', undefined],
    ["generated/x/1/contract.test.ts", 'import c from "./contract.json" with { type: "json" };', undefined],
    ["elsewhere/b.ts", "", /belongs to no layer/],
  ];
  test.each(imports)("%s: %s", (path, text, finding) => {
    const findings = findForbiddenImports(treeOf({ ...there, [path]: text })).join("\n");
    if (finding === undefined) expect(findings).toBe("");
    else expect(findings).toMatch(finding);
  });

  const circle = (first: string) =>
    treeOf({ "runtime/a.ts": `${first} from "./b.ts";`, "runtime/b.ts": 'import { a } from "./a.ts";' });
  test("a circle of value imports is found, one of types is not", () => {
    expect(findCycles(circle("import { b }"))).toEqual([expect.stringMatching(/^runtime\/a.ts -> runtime\/b.ts -> /)]);
    expect(findCycles(circle("import { type b }"))).toHaveLength(1);
    expect(findCycles(circle("import type { b }"))).toEqual([]);
  });

  test.each([
    ["export default 1;", 1],
    ["\nexport default function f() {}", 1],
    ["const a = 1; export { a as default };", 1],
    ["const a = 1; export { a };", 0],
  ])("default exports: %s", (text, count) => {
    expect(findDefaultExports(treeOf({ "runtime/a.ts": text }))).toHaveLength(count);
  });

  test("undeclared packages", () => {
    const tree = treeOf({ "generator/a.ts": 'import "node:fs"; import "@x/y/z"; import "./b.ts"; import "w/v";' });
    expect(findUndeclaredPackages(tree, { generator: ["@x/y"] })).toEqual([expect.stringContaining("imports w,")]);
  });

  test("long files", () => {
    const text = "//\n".repeat(400);
    expect(findLongFiles(treeOf({ "test/a.ts": text, "generated/x/1/a.ts": `${text}//\n` }))).toEqual([]);
    expect(findLongFiles(treeOf({ "test/a.ts": `${text}//\n` }))).toHaveLength(1);
  });

  test.each([
    ["// as Stripe does", 1],
    ["if (provider === 'shopify') {}", 1],
    ["const pinstripes = 1;", 0],
    ["// the last segment of a path", 0],
    ["// api.segment.io", 1],
  ])("provider names: %s", (text, count) => {
    expect(findProviderNames(treeOf({ "runtime/a.ts": text, "test/a.ts": text }))).toHaveLength(count);
  });

  test.each([
    ["generator/a.ts", 'a.replaceAll("~1", "/")', 1],
    ["runtime/json-numbers.ts", 'a.replaceAll("~1", "/")', 0],
    ["generator/drift/a.ts", "digest.slice(0, 16)", 1],
    ["test/a.ts", "digest.slice(0, 16)", 0],
  ])("second places: %s %s", (path, text, count) => {
    expect(findSecondPlaces(treeOf({ [path]: text }))).toHaveLength(count);
  });

  test.each([
    ["generator/emit/a.ts", 'import { writeFile } from "node:fs/promises"; writeFile("a", "b");', 1],
    ["generator/workspace.ts", 'import { writeFile } from "node:fs/promises"; writeFile("a", "b");', 0],
    ["generator/generate.ts", "process.exit(1);", 1],
    ["generator/cli.ts", "process.exitCode = 1;", 0],
  ])("effects: %s %s", (path, text, count) => {
    expect(findSideEffects(treeOf({ [path]: text }))).toHaveLength(count);
  });
});
