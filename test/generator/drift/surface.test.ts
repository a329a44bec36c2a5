/** What became of a package's declarations: the lists of rules of cargo-semver-checks and tsdiff, as far as TypeScript has them. */
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { compareSurfaces } from "../../../generator/drift/surface/compare-surfaces.ts";
import { entryPoints } from "../../../generator/drift/surface/entry-points.ts";
import { projectRoot } from "../explain/run-in-project.ts";
import { given, surfaceRows as rows } from "./surface-rows.ts";

vi.setConfig({ testTimeout: 30_000 });

const manifest = (exports: object): string => JSON.stringify({ type: "module", exports });
const one = manifest({ "./v1": { "@couplet/source": "./index.ts", types: "./dist/index.d.ts" } });

function compare(old: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>) {
  const side = (files: Readonly<Record<string, string>>, shown: string) => ({
    files: new Map(Object.entries({ "package.json": one, ...files })),
    shown,
  });
  const { findings, bump, missing } = compareSurfaces(side(old, "old/"), side(now, "new/"), {
    folder: join(projectRoot, "generated", "acme"),
  });
  expect(missing).toEqual([]);
  return {
    told: findings.map(({ rule, message }) => `${rule.replace("surface-", "")}: ${message}`).sort(),
    bump,
    findings,
  };
}

describe("the surface of a package", () => {
  // One program for all of them: the compiler reads its library once.
  const folder = (index: number): string => `r${index}`;
  const sources = (side: 1 | 2): Record<string, string> =>
    Object.fromEntries(rows.map((row, index) => [`${folder(index)}/index.ts`, row[side]]));
  const entries = rows.map((_, index) => [`./${folder(index)}`, { "@couplet/source": `./${folder(index)}/index.ts` }]);
  const manifests = { "package.json": manifest(Object.fromEntries(entries)) };
  const { findings } = compare({ ...manifests, ...sources(1) }, { ...manifests, ...sources(2) });

  test.each(rows.map((row, index) => [row[0], index] as const))("%s", (_, index) => {
    const [, old, now, bump, told] = rows[index]!;
    const own = findings.filter(({ message }) => message.startsWith(`./${folder(index)} `));
    const found = own.map(
      ({ rule, message }) => `${rule.slice(8)}: ${message.replace(`./${folder(index)} `, "./v1 ")}`,
    );
    expect(found.sort()).toEqual(told);
    const breaks = own.some(({ severity }) => severity === "breaking");
    expect(breaks ? "major" : own.length > 0 ? "minor" : old === now ? "none" : "patch").toBe(bump);
  });

  test.each(["nothing", "a comment", "a member that is given", "it gives more"])("%s decides the bump", (what) => {
    const [, old, now, bump] = rows.find(([name]) => name === what)!;
    expect(compare({ "index.ts": old }, { "index.ts": now }).bump).toBe(bump);
  });

  test("entry points come and go; what no entry point leads to does not count", () => {
    const now = manifest({ "./v2": { "@couplet/source": "./index.ts" } });
    const found = compare(
      { "index.ts": "export const a = 1;", "inner.ts": "export const b = 1;" },
      { "package.json": now, "index.ts": "export const a = 2;" },
    );
    expect(found.told).toEqual([
      "entry-point-added: ./v2 is new",
      "entry-point-removed: ./v1 is no entry point any more",
    ]);
    expect(found.bump).toBe("major");
  });

  test("a change stands where it is declared, on both sides, and has an id of its own", () => {
    const [finding] = compare(
      { "index.ts": 'export * from "./t.ts";', "t.ts": given("\n  a: string;\n") },
      { "index.ts": 'export * from "./t.ts";', "t.ts": given("\n\n  a: number;\n") },
    ).findings;
    expect(finding).toMatchObject({
      kind: "surface",
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      direction: "response",
    });
    expect(finding!.location).toMatchObject({
      base: { file: "old/t.ts", line: 2, column: 3 },
      revision: { file: "new/t.ts", line: 3, column: 3 },
    });
  });

  test("a built package is read by its declarations", () => {
    const files = new Map([
      ["package.json", one],
      ["dist/index.d.ts", "export declare const a: string;"],
    ]);
    expect([...entryPoints(files)]).toEqual([["./v1", "dist/index.d.ts"]]);
  });

  test.each([
    "null",
    "[]",
    "{",
    '{"exports":[1]}',
    '{"exports":{"./a":{"types":null}}}',
    '{"exports":{"./__proto__":"./x.ts"}}',
  ])("a manifest %s has no entry points", (text) => {
    expect(entryPoints(new Map([["package.json", text]])).size).toBe(0);
  });

  test("modules that are not there are told", () => {
    const files = new Map([
      ["package.json", one],
      ["index.ts", 'export { a } from "not-there";'],
    ]);
    const side = { files, shown: "" };
    expect(compareSurfaces(side, side, { folder: projectRoot }).missing).toEqual(["not-there"]);
  });
});
