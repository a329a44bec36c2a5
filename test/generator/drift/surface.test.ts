/** What became of a package's declarations: the lists of rules of cargo-semver-checks and tsdiff, as far as TypeScript has them. */
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { compareSurfaces } from "../../../generator/drift/surface/compare-surfaces.ts";
import { entryPoints } from "../../../generator/drift/surface/entry-points.ts";
import { projectRoot } from "../explain/run-in-project.ts";

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

type Row = readonly [what: string, old: string, now: string, bump: string, told: readonly string[]];

const given = (members: string): string =>
  `export interface T { ${members} }\nexport declare function get(): Promise<T>;`;
const taken = (members: string): string =>
  `export interface T { ${members} }\nexport declare function send(value: T): void;`;
const both = (members: string): string => `${given(members)}\nexport declare function send(value: T): void;`;

const rows: readonly Row[] = [
  ["nothing", given("a: string"), given("a: string"), "none", []],
  ["a comment", given("a: string"), `/** Said. */ ${given("a: string")}`, "patch", []],
  ["the order of members", given("a: string; b: number"), given("b: number; a: string"), "patch", []],
  [
    "a function is gone",
    "export function f(): void {}",
    "export {};",
    "major",
    ["export-removed: ./v1 f is not exported any more"],
  ],
  [
    "a type is gone",
    "export interface T {}",
    "export {};",
    "major",
    ["export-removed: ./v1 T is not exported any more"],
  ],
  [
    "a value is a type only",
    "export class T { a = 1 }",
    "export interface T { a: number }",
    "major",
    ["export-removed: ./v1 T is a type only, and no value any more"],
  ],
  ["a function is new", "export {};", "export function f(): void {}", "minor", ["export-added: ./v1 f is new"]],
  [
    "another name, the old one kept",
    "export const a = 1;",
    "export const a = 1; export { a as b };",
    "minor",
    ["export-added: ./v1 b is new"],
  ],
  ["moved into another file", "export const a: number = 1;", "const a: number = 1; export { a };", "patch", []],
  // parameters
  [
    "a parameter more",
    "export declare function f(): void;",
    "export declare function f(a: string): void;",
    "major",
    ["required-parameter-added: ./v1 f(a) is new"],
  ],
  [
    "an optional parameter more",
    "export declare function f(): void;",
    "export declare function f(a?: string): void;",
    "minor",
    ["parameter-added: ./v1 f(a) is new"],
  ],
  [
    "a rest parameter more",
    "export declare function f(): void;",
    "export declare function f(...a: string[]): void;",
    "minor",
    ["parameter-added: ./v1 f(a) is new"],
  ],
  [
    "a parameter less",
    "export declare function f(a: string): void;",
    "export declare function f(): void;",
    "major",
    ["parameter-removed: ./v1 f(a) is gone"],
  ],
  [
    "a parameter must be given",
    "export declare function f(a?: string): void;",
    "export declare function f(a: string): void;",
    "major",
    ["member-became-required: ./v1 f(a) is required now"],
  ],
  [
    "a parameter may be left out",
    "export declare function f(a: string): void;",
    "export declare function f(a?: string): void;",
    "minor",
    ["type-compatible: ./v1 f(a) is optional now"],
  ],
  [
    "a parameter takes more",
    "export declare function f(a: string): void;",
    "export declare function f(a: string | number): void;",
    "minor",
    ["type-compatible: ./v1 f(a) may be `number` now"],
  ],
  [
    "a parameter takes less",
    "export declare function f(a: string | number): void;",
    "export declare function f(a: string): void;",
    "major",
    ["type-incompatible: ./v1 f(a) cannot be `number` any more"],
  ],
  [
    "another name of a parameter",
    "export declare function f(a: string): void;",
    "export declare function f(b: string): void;",
    "patch",
    [],
  ],
  // what is returned
  [
    "it gives more",
    "export declare function f(): string;",
    "export declare function f(): string | null;",
    "major",
    ["type-incompatible: ./v1 f() may be `null` now"],
  ],
  [
    "it gives less",
    "export declare function f(): string | null;",
    "export declare function f(): string;",
    "minor",
    ["type-compatible: ./v1 f() cannot be `null` any more"],
  ],
  [
    "it gives any",
    "export declare function f(): string;",
    "export declare function f(): any;",
    "major",
    ["type-incompatible: ./v1 f() was `string` and is `any`"],
  ],
  [
    "it gives something else",
    "export declare function f(): string;",
    "export declare function f(): number;",
    "major",
    ["type-incompatible: ./v1 f() was `string` and is `number`"],
  ],
  [
    "it gives a promise",
    "export declare function f(): string;",
    "export declare function f(): Promise<string>;",
    "major",
    ["type-incompatible: ./v1 f() was `string` and is `Promise<string>`"],
  ],
  // members
  [
    "a member that is given",
    given("a: string"),
    given("a: string; b: number"),
    "minor",
    ["member-added: ./v1 T.b is new"],
  ],
  [
    "a member that is not given any more",
    given("a: string; b: number"),
    given("a: string"),
    "major",
    ["member-removed: ./v1 T.b is gone"],
  ],
  [
    "a member that may be missing",
    given("a: string"),
    given("a?: string"),
    "major",
    ["member-became-optional: ./v1 T.a is optional now"],
  ],
  [
    "a member that is always there",
    given("a?: string"),
    given("a: string"),
    "minor",
    ["type-compatible: ./v1 T.a is required now"],
  ],
  [
    "a member that may be null",
    given("a: string"),
    given("a: string | null"),
    "major",
    ["type-incompatible: ./v1 T.a may be `null` now"],
  ],
  [
    "a member that is taken",
    taken("a: string"),
    taken("a: string; b?: number"),
    "minor",
    ["member-added: ./v1 T.b is new"],
  ],
  [
    "a member that must be given",
    taken("a: string"),
    taken("a: string; b: number"),
    "major",
    ["required-member-added: ./v1 T.b is new"],
  ],
  [
    "a member that must be given now",
    taken("a?: string"),
    taken("a: string"),
    "major",
    ["member-became-required: ./v1 T.a is required now"],
  ],
  [
    "a member that need not be given",
    taken("a: string"),
    taken("a?: string"),
    "minor",
    ["type-compatible: ./v1 T.a is optional now"],
  ],
  [
    "a member that is not taken any more",
    taken("a: string; b?: string"),
    taken("a: string"),
    "major",
    ["member-removed: ./v1 T.b is gone"],
  ],
  [
    "a new member, given and taken",
    both("a: string"),
    both("a: string; b: number"),
    "major",
    ["member-added: ./v1 T.b is new", "required-member-added: ./v1 T.b is new"],
  ],
  [
    "a list of something else",
    given("a: string[]"),
    given("a: number[]"),
    "major",
    ["type-incompatible: ./v1 T.a[] was `string` and is `number`"],
  ],
  [
    "a map of something else",
    given("a: Record<string, string>"),
    given("a: Record<string, number>"),
    "major",
    ["type-incompatible: ./v1 T.a<T> was `string` and is `number`"],
  ],
  // enumerations
  [
    "a closed value that is given",
    given('a: "x" | "y"'),
    given('a: "x" | "y" | "z"'),
    "major",
    ['type-incompatible: ./v1 T.a may be `"z"` now'],
  ],
  [
    "an open value that is given",
    given('a: "x" | (string & {})'),
    given('a: "x" | "z" | (string & {})'),
    "minor",
    ['type-compatible: ./v1 T.a may be `"z"` now'],
  ],
  [
    "a value that is not given any more",
    given('a: "x" | "y"'),
    given('a: "x"'),
    "minor",
    ['type-compatible: ./v1 T.a cannot be `"y"` any more'],
  ],
  [
    "a value that is not taken any more",
    taken('a: "x" | "y"'),
    taken('a: "x"'),
    "major",
    ['type-incompatible: ./v1 T.a cannot be `"y"` any more'],
  ],
  [
    "a value that is taken",
    taken('a?: "x" | "y"'),
    taken('a?: "x" | "y" | "z"'),
    "minor",
    ['type-compatible: ./v1 T.a may be `"z"` now'],
  ],
  // variance
  [
    "a callback that is given more",
    "export declare function f(on: (a: string) => void): void;",
    "export declare function f(on: (a: string, b: number) => void): void;",
    "minor",
    ["parameter-added: ./v1 f(on)(b) is new"],
  ],
  [
    "a callback whose argument widens",
    "export declare function f(on: (a: string) => void): void;",
    "export declare function f(on: (a: string | null) => void): void;",
    "major",
    ["type-incompatible: ./v1 f(on)(a) may be `null` now"],
  ],
  [
    "a callback that must return more",
    "export declare function f(on: () => string | null): void;",
    "export declare function f(on: () => string): void;",
    "major",
    ["type-incompatible: ./v1 f(on)() cannot be `null` any more"],
  ],
  [
    "a method that needs more: the compiler alone lets it pass",
    "export interface C { send(a: { x: string }): void } export declare const c: C;",
    "export interface C { send(a: { x: string; y: string }): void } export declare const c: C;",
    "major",
    ["required-member-added: ./v1 C.send(a).y is new"],
  ],
  [
    "a type that contains itself",
    "export interface N { next?: N; a: string } export declare const n: N;",
    "export interface N { next?: N; a: number } export declare const n: N;",
    "major",
    ["type-incompatible: ./v1 N.a was `string` and is `number`"],
  ],
  // types that no value leads to
  [
    "a type alone, one member more",
    "export interface T { a: string }",
    "export interface T { a: string; b?: string }",
    "minor",
    ["member-added: ./v1 T.b is new"],
  ],
  [
    "a type alone, a member that must be given",
    "export interface T { a: string }",
    "export interface T { a: string; b: string }",
    "major",
    ["member-added: ./v1 T.b is new", "required-member-added: ./v1 T.b is new"],
  ],
  [
    "an alias of another type",
    "export type T = string;",
    "export type T = number;",
    "major",
    ["type-incompatible: ./v1 T was `string` and is `number`"],
  ],
  // the types of operations
  [
    "an operation that needs more",
    'import { type Operation, operation } from "@couplet/runtime/codegen/v1"; export interface I { a: string } export declare const get: Operation<I, string>;',
    'import { type Operation, operation } from "@couplet/runtime/codegen/v1"; export interface I { a: string; b: string } export declare const get: Operation<I, string>;',
    "major",
    ["required-member-added: ./v1 I.b is new"],
  ],
];

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
